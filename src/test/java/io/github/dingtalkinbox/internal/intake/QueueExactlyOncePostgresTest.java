package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.testing.TestDatabase;

/** The event is stored before its delivery is answered, and processed by a worker. */
class QueueExactlyOncePostgresTest extends ExactlyOnceContract {
    QueueExactlyOncePostgresTest(TestDatabase database) {
        super(database, ProcessingMode.QUEUE);
    }
}
