package io.github.dingtalkinbox.internal.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.crypto.Envelope;
import java.time.Clock;

/**
 * Callbacks for this application to send to itself, as authentic as DingTalk's.
 *
 * <p>Safe for use by many threads.
 */
public final class OwnCallbacks {
    private final App app;
    private final Clock clock;

    OwnCallbacks(App app, Clock clock) {
        this.app = app;
        this.clock = clock;
    }

    /**
     * A callback of one of the apps.
     *
     * @param event its text, JSON
     */
    public OwnCallback of(String event) {
        Envelope sealed = app.seal(event.getBytes(UTF_8), Long.toString(clock.millis()));
        return new OwnCallback(app.path() + "?" + sealed.toQuery(), sealed.toBody());
    }
}
