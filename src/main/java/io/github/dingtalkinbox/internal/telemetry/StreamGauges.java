package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gauges of this node's connections to DingTalk's gateway. Not a number if there is nothing to tell. */
record StreamGauges(StreamLevels levels, Clock clock) {
    /** The apps that have connections. */
    Set<String> apps() {
        Set<String> apps = new TreeSet<>();
        levels.connections().forEach(connection -> apps.add(connection.app()));
        return apps;
    }

    void register(String app, MeterRegistry registry) {
        for (ConnectionState state : ConnectionState.values()) {
            Gauge.builder(InboxMeters.name("stream.connections"), () -> count(app, state))
                    .description("Connections to DingTalk's gateway that this node should have, by state")
                    .tags("app", app, "state", InboxMeters.word(state))
                    .register(registry);
        }
        age(
                "stream.connection.age",
                "Time since the oldest connection was opened",
                app,
                c -> c.state() == ConnectionState.CONNECTED ? c.since() : null,
                registry);
        age(
                "stream.frame.age",
                "Time since a frame was last received, on the connection where it is longest",
                app,
                StreamConnection::lastFrameAt,
                registry);
    }

    private void age(
            String name,
            String description,
            String app,
            Function<StreamConnection, @Nullable Instant> time,
            MeterRegistry registry) {
        TimeGauge.builder(InboxMeters.name(name), () -> longestSince(app, time), TimeUnit.MILLISECONDS)
                .description(description)
                .tags("app", app)
                .register(registry);
    }

    private double count(String app, ConnectionState state) {
        return of(app).filter(c -> c.state() == state).count();
    }

    private double longestSince(String app, Function<StreamConnection, @Nullable Instant> time) {
        return of(app).map(time)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .map(first -> (double) Duration.between(first, clock.instant()).toMillis())
                .orElse(Double.NaN);
    }

    private Stream<StreamConnection> of(String app) {
        return levels.connections().stream().filter(c -> c.app().equals(app));
    }
}
