package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.testing.TestDatabase;

/** The event is processed before its delivery is answered. */
class SyncExactlyOnceFailurePostgresTest extends ExactlyOnceFailureContract {
    SyncExactlyOnceFailurePostgresTest(TestDatabase database) {
        super(database, Mode.SYNC);
    }
}
