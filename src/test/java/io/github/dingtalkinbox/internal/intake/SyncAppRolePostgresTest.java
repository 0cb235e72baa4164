package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.testing.TestDatabase;

class SyncAppRolePostgresTest extends AppRoleExactlyOnceContract {
    SyncAppRolePostgresTest(TestDatabase database) {
        super(database, ProcessingMode.SYNC);
    }
}
