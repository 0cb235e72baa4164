package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.testing.TestDatabase;

/** The event is processed before its delivery is answered. */
class SyncExactlyOncePostgresTest extends ExactlyOnceContract {
    SyncExactlyOncePostgresTest(TestDatabase database) {
        super(database, ProcessingMode.SYNC);
    }
}
