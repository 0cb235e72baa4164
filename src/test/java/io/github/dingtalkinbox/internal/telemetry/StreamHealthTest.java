package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.stream.StreamLevels.ConnectionState;
import io.github.dingtalkinbox.internal.stream.StreamLevels.StreamConnection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class StreamHealthTest {
    private static final Instant SINCE = Instant.parse("2026-11-24T04:00:00Z");
    private static final Instant LAST_FRAME = Instant.parse("2026-11-24T03:59:00Z");
    private static final StreamConnection GOOD =
            new StreamConnection("default", 1, ConnectionState.CONNECTED, SINCE, LAST_FRAME, null, false);
    private static final StreamConnection RETRYING = new StreamConnection(
            "default", 2, ConnectionState.CONNECTING, SINCE, LAST_FRAME, "connection refused", false);

    @Test
    void connectionsAndTheirUsualInterruptionsAreUp() {
        Health health = new StreamHealthIndicator(() -> List.of(GOOD, RETRYING)).health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsOnlyKeys("count").containsEntry("count", 0);
    }

    @Test
    void theWarningSaysWhichConnectionsWhyAndWhatToDo() {
        StreamConnection refused =
                new StreamConnection("hr", 2, ConnectionState.REFUSED, SINCE, LAST_FRAME, "401 authFailed", true);
        Health health = new StreamHealthIndicator(() -> List.of(GOOD, RETRYING, refused)).health();

        assertThat(health.getStatus()).isEqualTo(WarningHealthIndicator.WARNING);
        assertThat(health.getDetails())
                .containsEntry("count", 1)
                .containsEntry(
                        "connections",
                        List.of(Map.of(
                                "app",
                                "hr",
                                "number",
                                2,
                                "state",
                                "refused",
                                "since",
                                SINCE,
                                "lastFrameAt",
                                LAST_FRAME,
                                "problem",
                                "401 authFailed")))
                .hasEntrySatisfying("action", action -> assertThat(action)
                        .asString()
                        .contains("another 4xx", "client-id", "client-secret", "firewall", "inbox.proxy"));
    }

    @Test
    void aConnectionThatNeverReceivedAnythingIsDescribedToo() {
        StreamConnection silent =
                new StreamConnection("default", 1, ConnectionState.CONNECTED, SINCE, null, null, true);

        assertThat(new StreamHealthIndicator(() -> List.of(silent)).health().getDetails())
                .containsEntry(
                        "connections",
                        List.of(Map.of("app", "default", "number", 1, "state", "connected", "since", SINCE)));
    }
}
