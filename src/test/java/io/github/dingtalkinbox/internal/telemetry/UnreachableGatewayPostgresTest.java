package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What a service says that has Stream enabled and cannot reach DingTalk. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class UnreachableGatewayPostgresTest {
    private static final String SECRET = "streamSecret2026";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Monitor monitor = new Monitor();
    private final Service service;

    UnreachableGatewayPostgresTest(TestDatabase database) {
        this.service = Service.start(
                database,
                Monitor.USER,
                "inbox.apps.default.stream.enabled=true",
                "inbox.apps.default.client-id=dingstream",
                "inbox.apps.default.client-secret=" + SECRET,
                "inbox.stream.base-url=http://127.0.0.1:1",
                "inbox.stream.watchdog=5s");
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void theHealthWarnsOfEachConnectionAndTheServiceStaysReady() throws Exception {
        await().atMost(PATIENCE)
                .until(() -> service.bean(StreamLevels.class).failing().size() == 2);

        // The database is asked for a moment only, which may be too short on a busy machine.
        await().untilAsserted(() -> assertThat(get("/actuator/health"))
                .contains(
                        "\"status\":\"WARNING\"", "inboxStream", "\"number\":2", "\"state\":\"connecting\"", "problem")
                .doesNotContain(SECRET));
        await().untilAsserted(
                        () -> assertThat(get("/actuator/health/readiness")).contains("\"status\":\"UP\""));
    }

    @Test
    void theMetricsOfTheAppAreThere() throws Exception {
        await().atMost(PATIENCE).until(() -> get("/actuator/prometheus"), page -> page.lines()
                .anyMatch(line -> line.startsWith("dingtalk_inbox_stream_reconnects_total{")
                        && line.contains("reason=\"unavailable\"")
                        && !line.endsWith(" 0.0")));

        assertThat(get("/actuator/prometheus"))
                .contains(
                        "dingtalk_inbox_stream_connections{app=\"default\",state=\"connecting\"} 2.0",
                        "dingtalk_inbox_stream_connections{app=\"default\",state=\"connected\"} 0.0",
                        "dingtalk_inbox_stream_frames_total{app=\"default\",kind=\"event\"} 0.0",
                        "dingtalk_inbox_stream_frame_age_seconds{app=\"default\"} NaN")
                .doesNotContain(SECRET);
    }

    private String get(String path) throws Exception {
        return monitor.get(service.url(path)).body();
    }
}
