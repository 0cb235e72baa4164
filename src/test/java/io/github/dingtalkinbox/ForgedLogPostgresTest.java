package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;

/** Events whose names look like lines of the log. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class ForgedLogPostgresTest {
    /** Whoever may send events must not be able to write lines of the log. */
    @Test
    void whatStrangersCallThingsIsNoLineOfItsOwn(TestDatabase database, CapturedOutput output) throws Exception {
        String forged = "\\n2026-11-30 ERROR forged \\u001b[31m\\u202e\\r\\n\\tat forged";
        String event = """
                {"EventType":"%s %s","corpId":"%s","eventId":"%s %s","what":"%s"}""";
        try (Service service =
                Service.start(List.of(Failing.class), database, "logging.level.io.github.dingtalkinbox=debug")) {
            for (String kind : List.of("fine", "retrying", "dead")) {
                for (String what : List.of("first", "first", "another")) {
                    String json = event.formatted(kind, forged, forged, kind, forged, what);
                    assertThat(service.client().deliver(json).status()).isEqualTo(200);
                }
            }
            await().untilAsserted(() -> assertThat(database.jdbc()
                            .sql("select distinct state from inbox.queued_events ")
                            .query(String.class)
                            .list())
                    .contains("dead", "retrying"));
            assertThat(service.client().deliver("[\"" + forged + "\"]").status())
                    .isEqualTo(400);
        }

        assertThat(output.getAll())
                .contains("says something else", "\\u000a2026-11-30 ERROR forged \\u001b[31m\\u202e");
        assertThat(output.getAll().lines())
                .noneMatch(line -> line.startsWith("2026-11-30 ERROR forged") || line.startsWith("\tat forged"))
                .noneMatch(line -> line.contains("\u001b[31m") || line.contains("\u202e"));
    }

    /** A handler that fails. */
    static final class Failing {
        @Bean
        EventHandler failing() {
            return new EventHandler() {
                @Override
                public boolean handles(Event event) {
                    return !event.type().startsWith("fine");
                }

                @Override
                public void handle(Event event) {
                    if (event.type().startsWith("dead")) {
                        throw new PermanentFailure("failed for good");
                    }
                    throw new IllegalStateException("failed");
                }
            };
        }
    }
}
