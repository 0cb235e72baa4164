package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamGaugesTest {
    private static final Instant NOW = Instant.parse("2026-11-24T04:00:00Z");

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private List<StreamConnection> connections = List.of();
    private final StreamGauges gauges = new StreamGauges(() -> connections, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void connectionsAreCountedByStateOfEachApp() {
        connections = List.of(
                connection("one", ConnectionState.CONNECTED, 60, null),
                connection("one", ConnectionState.REFUSED, 60, null),
                connection("other", ConnectionState.CONNECTED, 60, null));
        register();

        assertThat(count("one", "connected")).isEqualTo(1);
        assertThat(count("one", "refused")).isEqualTo(1);
        assertThat(count("one", "connecting")).isZero();
        assertThat(count("other", "refused")).isZero();
    }

    @Test
    void theLongestSilenceAndTheOldestConnectionAreTold() {
        connections = List.of(
                connection("one", ConnectionState.CONNECTED, 500, 3),
                connection("one", ConnectionState.CONNECTED, 700, 20),
                connection("one", ConnectionState.CONNECTING, 900, null),
                connection("other", ConnectionState.CONNECTED, 9000, 80));
        register();

        assertThat(seconds("frame.age", "one")).isEqualTo(20);
        assertThat(seconds("connection.age", "one")).isEqualTo(700);
    }

    @Test
    void beforeTheFirstConnectionThereAreNoTimes() {
        connections = List.of(connection("one", ConnectionState.CONNECTING, 5, null));
        register();

        assertThat(seconds("frame.age", "one")).isNaN();
        assertThat(seconds("connection.age", "one")).isNaN();
        assertThat(count("one", "connected")).isZero();
    }

    @Test
    void theyFollowTheConnections() {
        connections = List.of(connection("one", ConnectionState.CONNECTING, 5, null));
        register();
        connections = List.of(connection("one", ConnectionState.CONNECTED, 2, 1));

        assertThat(count("one", "connected")).isEqualTo(1);
        assertThat(seconds("frame.age", "one")).isEqualTo(1);
    }

    private void register() {
        gauges.apps().forEach(app -> gauges.register(app, registry));
    }

    private double count(String app, String state) {
        return registry.get("dingtalk.inbox.stream.connections")
                .tags("app", app, "state", state)
                .gauge()
                .value();
    }

    private double seconds(String name, String app) {
        return registry.get("dingtalk.inbox.stream." + name)
                .tag("app", app)
                .timeGauge()
                .value(TimeUnit.SECONDS);
    }

    private static StreamConnection connection(String app, ConnectionState state, long age, @Nullable Integer silence) {
        Instant lastFrame = silence == null ? null : NOW.minus(Duration.ofSeconds(silence));
        return new StreamConnection(app, 1, state, NOW.minus(Duration.ofSeconds(age)), lastFrame, null, false);
    }
}
