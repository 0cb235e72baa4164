package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.testing.PgBouncer;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import org.junit.jupiter.api.Test;

/** On a machine that has PgBouncer: {@code .ci/with-pgbouncer}. */
@Postgres
class ExactlyOnceFuzzBehindPgBouncer {
    private static final int SESSIONS = 100;

    @Test
    void everyEventTakesEffectOnceInSessionMode(TestDatabase database) throws Exception {
        try (PgBouncer pgBouncer = PgBouncer.start(database, "session", SESSIONS);
                TestDatabase pooled = pgBouncer.database()) {
            new ExactlyOnceFuzzPostgresTest(pooled).everyEventTakesEffectOnceWhateverHappens();
        }
    }
}
