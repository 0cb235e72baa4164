package io.github.dingtalkinbox.service.start;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.internal.webhook.App;
import io.github.dingtalkinbox.internal.webhook.Apps;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The callback URLs of this service, and callbacks that it sends to itself, signed and encrypted like DingTalk's. */
public final class OwnCallbacks {
    private final Apps apps;
    private final Clock clock;

    OwnCallbacks(Apps apps, Clock clock) {
        this.apps = apps;
        this.clock = clock;
    }

    /** The paths of the callback URLs of all apps, within the application. */
    public List<String> paths() {
        return apps.paths();
    }

    /**
     * A callback of one of the apps; empty if none has a callback URL.
     *
     * @param event its text, JSON
     */
    public Optional<OwnCallback> of(String event) {
        return apps.isEmpty() ? Optional.empty() : Optional.of(of(apps.first(), event));
    }

    private OwnCallback of(App app, String event) {
        Envelope sealed = app.seal(event.getBytes(UTF_8), Long.toString(clock.millis()));
        return new OwnCallback(app.path() + "?" + sealed.toQuery(), sealed.toBody());
    }

    /**
     * A callback to be sent: a POST of JSON. It may be sent any number of times.
     *
     * @param target path within the application, and query
     */
    public record OwnCallback(String target, String body) {}
}
