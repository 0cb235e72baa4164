package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.EventHandler;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import org.springframework.jdbc.support.JdbcTransactionManager;

/** The event is processed before its delivery is answered. */
class SyncExactlyOncePostgresTest extends ExactlyOnceContract {
    SyncExactlyOncePostgresTest(TestDatabase database) {
        super(database);
    }

    @Override
    Receiver receiver(TestDatabase database, List<EventHandler> handlers) {
        return new Inbox(database.dataSource(), new JdbcTransactionManager(database.dataSource()), handlers);
    }
}
