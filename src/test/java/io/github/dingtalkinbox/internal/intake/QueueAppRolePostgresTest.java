package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.testing.TestDatabase;

class QueueAppRolePostgresTest extends AppRoleExactlyOnceContract {
    QueueAppRolePostgresTest(TestDatabase database) {
        super(database, ProcessingMode.QUEUE);
    }
}
