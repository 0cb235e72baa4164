package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.PgBouncer;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import org.junit.jupiter.api.Test;

/** On a machine that has PgBouncer: {@code .ci/with-pgbouncer}. */
@Postgres
class ServiceBehindPgBouncer {
    private static final int SESSIONS = 50;

    @Test
    void migratesAnEmptyDatabaseAndReceivesInSessionMode(TestDatabase beside) throws Exception {
        TestDatabase empty = Roles.newEmptyDatabase(beside, "pooled");
        try (PgBouncer pgBouncer = PgBouncer.start(empty, "session", SESSIONS);
                TestDatabase pooled = pgBouncer.database();
                TestDatabase app = pooled.as("inbox_app");
                Service service = Service.start(
                        app, "inbox.schema.username=inbox_migrator", "inbox.schema.password=" + Roles.PASSWORD)) {
            for (int delivery = 0; delivery < 2; delivery++) {
                assertThat(service.client()
                                .deliver("{\"EventType\":\"pooled\",\"corpId\":\"ding\",\"eventId\":\"once\"}")
                                .decrypted())
                        .isEqualTo("success");
            }

            assertThat(count(empty, "processed_events")).isOne();
            assertThat(count(empty, "duplicate_deliveries")).isOne();
        } finally {
            Roles.drop(empty, beside);
        }
    }

    private static long count(TestDatabase database, String table) {
        return database.jdbc()
                .sql("select count(*) from inbox." + table)
                .query(Long.class)
                .single();
    }
}
