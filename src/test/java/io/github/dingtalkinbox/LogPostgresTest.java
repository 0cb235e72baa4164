package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the service logs, in the form of ECS: which event it is about, and never what that says, nor a secret. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class LogPostgresTest {
    private static final String SAID = "marker4711";
    private static final String AT_WORK = "at work";
    private static final JsonMapper JSON = new JsonMapper();

    private final JdbcClient jdbc;

    LogPostgresTest(TestDatabase database) {
        this.jdbc = database.jdbc();
    }

    /** Spring Boot leaves its logging settings in the JVM, for whatever starts in it next. */
    @AfterEach
    void leaveTheLogAsItWas() {
        System.clearProperty(LoggingSystemProperty.CONSOLE_STRUCTURED_FORMAT.getEnvironmentVariableName());
    }

    @Test
    void theLogNamesEventsAndSaysNothingOfWhatTheySay(
            TestDatabase database, @TempDir Path handlers, CapturedOutput output) throws Exception {
        jdbc.sql("create table wanted (amount integer)").update();
        jdbc.sql("alter table inbox.processed_events add constraint refused check (event_type <> 'refused')")
                .update();
        jdbc.sql("alter table wanted add constraint unwanted check (amount <> 0)")
                .update();
        Files.writeString(handlers.resolve("violating.sql"), "insert into wanted select 0 from event");
        for (String type : List.of("broken", "queued_broken")) {
            Files.writeString(
                    handlers.resolve(type + ".sql"),
                    "insert into wanted (amount) select cast(payload->>'title' as integer) from event");
        }
        try (Service service = Service.start(
                List.of(Talkative.class),
                database,
                "logging.structured.format.console=ecs",
                "logging.level.io.github.dingtalkinbox=debug",
                "inbox.handlers.location=file:" + handlers.toAbsolutePath(),
                "inbox.event-types[0].name=queued",
                "inbox.event-types[0].mode=queue",
                "inbox.event-types[1].name=queued_broken",
                "inbox.event-types[1].mode=queue")) {
            for (String type : List.of("fine", "fine", "broken", "queued", "queued", "queued_broken", "violating")) {
                assertThat(service.client().deliver(event(type, SAID)).status()).isEqualTo(200);
            }
            assertThat(service.client().deliver(event("fine", SAID + " too")).status())
                    .as("a duplicate that says something else")
                    .isEqualTo(200);
            assertThat(service.client().deliver(event("refused", SAID)).status())
                    .as("the database refuses to store it")
                    .isEqualTo(503);
            assertThat(service.client().deliver("[\"" + SAID + "\"]").status()).isEqualTo(400);
            assertThat(service.client().deliver("{\"EventType\":\"" + SAID).status())
                    .isEqualTo(400);
            await().untilAsserted(() -> assertThat(jdbc.sql("select state from inbox.queued_events")
                            .query(String.class)
                            .list())
                    .containsExactlyInAnyOrder("dead", "dead", "retrying"));
        }

        assertThat(output.getAll())
                .contains("SQLSTATE 22P02", "SQLSTATE 23514, constraint refused")
                .doesNotContain(SAID, Service.CREDENTIALS.token(), Service.CREDENTIALS.aesKey());
        assertThat(jdbc.sql("select last_error from inbox.queued_events where state = 'dead'")
                        .query(String.class)
                        .list())
                .as("what went wrong, whole")
                .allMatch(error -> error.contains(SAID));
        List<JsonNode> lines = output.getAll()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(JSON::readTree)
                .toList();
        assertThat(lines)
                .filteredOn(line -> line.path("message").asString().startsWith(AT_WORK))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line.path("message").asString()).endsWith(eventId(line)));
        for (Map.Entry<String, List<String>> said : Map.of(
                        "attempt 1 has failed; a worker tries again in", List.of("default:violating"),
                        "dead after attempt 1", List.of("default:broken", "default:queued_broken"),
                        "; nothing was run", List.of("default:fine", "default:queued"),
                        "says something else than the first", List.of("default:fine"),
                        "The database is not available", List.of("default:refused"))
                .entrySet()) {
            assertThat(lines)
                    .filteredOn(line -> line.path("message").asString().contains(said.getKey()))
                    .as(said.getKey())
                    .extracting(LogPostgresTest::eventId)
                    .containsExactlyInAnyOrderElementsOf(said.getValue());
        }
        for (String failing : List.of("broken", "queued_broken", "violating")) {
            assertThat(lines)
                    .filteredOn(line -> line.toString().contains("SQLSTATE")
                            && line.path("dingtalk").path("event_id").asString().equals("default:" + failing)
                            && !line.path("message").asString().matches(".*attempt [2-9].*"))
                    .as("the one line of " + failing)
                    .hasSize(1)
                    .allSatisfy(line -> assertThat(line.path("message").asString())
                            .contains(failing + ".sql: org.postgresql.util.PSQLException: SQLSTATE 2"))
                    .allSatisfy(line ->
                            assertThat(line.path("error").isMissingNode()).isTrue());
        }
        assertThat(lines)
                .filteredOn(line -> line.path("message").asString().contains("is answered 400"))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line.has("dingtalk")).isFalse());
    }

    private static String eventId(JsonNode line) {
        assertThat(line.path("dingtalk").path("app").asString()).isEqualTo("default");
        return line.path("dingtalk").path("event_id").asString();
    }

    private static String event(String type, String title) {
        return """
                {"EventType":"%s","corpId":"dinglogged","eventId":"%s","title":"%s"}""".formatted(type, type, title);
    }

    /** A handler that says what it is at. */
    static final class Talkative {
        @Bean
        EventHandler talkative() {
            return new EventHandler() {
                @Override
                public boolean handles(Event event) {
                    return event.type().equals("fine") || event.type().equals("queued");
                }

                @Override
                public void handle(Event event) {
                    LoggerFactory.getLogger("io.github.dingtalkinbox.Talkative").debug("{}: {}", AT_WORK, event.id());
                }
            };
        }
    }
}
