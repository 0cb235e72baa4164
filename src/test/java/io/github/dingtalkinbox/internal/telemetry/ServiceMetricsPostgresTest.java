package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the service shows over HTTP. */
@Postgres
class ServiceMetricsPostgresTest {
    private static final JsonMapper JSON = new JsonMapper();

    private final Monitor monitor = new Monitor();

    @Test
    void aDeadLetterIsCountedAndAWarning(TestDatabase database, @TempDir Path handlers) throws Exception {
        database.jdbc()
                .sql("create table wanted (event_id text, amount integer)")
                .update();
        Files.writeString(
                handlers.resolve("metrics_broken.sql"),
                "insert into wanted (event_id, amount) select event_id, cast(event_id as integer) from event");
        try (Service service = Service.start(
                database,
                "inbox.handlers.location=file:" + handlers.toAbsolutePath(),
                Monitor.USER,
                "management.endpoint.health.show-details=always")) {
            // The database is asked for a moment only, which may be too short on a busy machine, here and below.
            await().untilAsserted(() -> assertThat(
                            json(service.url("/actuator/health")).path("status").asString())
                    .isEqualTo("UP"));

            service.client().deliver(event("metrics_fine", "fine"));
            service.client().deliver(event("metrics_fine", "fine"));
            assertThat(service.client()
                            .deliver(event("metrics_broken", "broken"))
                            .decrypted())
                    .isEqualTo("success");

            assertThat(value(service, "deliveries?tag=outcome:processed")).isEqualTo(1);
            assertThat(value(service, "deliveries?tag=outcome:duplicate&tag=type:metrics_fine"))
                    .isEqualTo(1);
            assertThat(value(service, "dead")).isEqualTo(1);
            assertThat(value(service, "queue.depth?tag=state:dead")).isEqualTo(1);
            assertThat(value(service, "handler")).as("runs of handlers").isEqualTo(2);

            HttpResponse<String> health = await().until(
                            () -> monitor.get(service.url("/actuator/health")), answer -> answer.statusCode() == 200);
            JsonNode body = JSON.readTree(health.body());
            assertThat(body.path("status").asString()).isEqualTo("WARNING");
            JsonNode deadLetters = body.path("components").path("inboxDeadLetters");
            assertThat(deadLetters.path("details").path("count").asLong()).isEqualTo(1);
            assertThat(deadLetters.path("details").path("action").asString()).contains("queue list");
            await().until(() ->
                    monitor.get(service.url("/actuator/health/readiness")).statusCode() == 200);
            assertThat(monitor.get(service.url("/actuator/env")).statusCode()).isEqualTo(404);
        }
    }

    /** The first measurement: the value, or how often it was timed. */
    private double value(Service service, String metric) throws Exception {
        return json(service.url("/actuator/metrics/dingtalk.inbox." + metric))
                .path("measurements")
                .path(0)
                .path("value")
                .asDouble();
    }

    private JsonNode json(URI url) throws Exception {
        HttpResponse<String> response = monitor.get(url);
        assertThat(response.statusCode()).as(url.toString()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static String event(String type, String id) {
        return """
                {"EventType":"%s","corpId":"dingmetrics","eventId":"%s"}""".formatted(type, id);
    }
}
