package io.github.dingtalkinbox.internal.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.time.Clock;
import java.util.List;

/**
 * Where this application takes callbacks, and some for it to send to itself, as authentic as DingTalk's.
 *
 * <p>Safe for use by many threads.
 */
public final class OwnCallbacks {
    private final Apps apps;
    private final Clock clock;

    OwnCallbacks(Apps apps, Clock clock) {
        this.apps = apps;
        this.clock = clock;
    }

    /**
     * For an application that is nothing without callbacks.
     *
     * @throws ConfigurationProblem if it takes none, because no app is configured
     */
    public void requireApp() {
        apps.requireOne();
    }

    /** The paths of the callback URLs of all apps, within the application. */
    public List<String> paths() {
        return apps.names().stream().map(WebhookConfiguration::path).toList();
    }

    /**
     * A callback of one of the apps.
     *
     * @param event its text, JSON
     */
    public OwnCallback of(String event) {
        App app = apps.first();
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
