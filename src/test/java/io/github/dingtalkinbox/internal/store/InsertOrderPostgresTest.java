package io.github.dingtalkinbox.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions that bring the same events in different orders wait for each other, and none of them has to give up. */
@Postgres
class InsertOrderPostgresTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final Event FIRST = TestEvents.unordered("a");
    private static final Event MIDDLE = TestEvents.unordered("b");
    private static final Event LAST = TestEvents.unordered("c");

    private final TestDatabase database;
    private final TransactionTemplate transaction;
    private final ProcessedEvents processedEvents;

    InsertOrderPostgresTest(TestDatabase database) {
        this.database = database;
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
        this.processedEvents = new ProcessedEvents(database.dataSource(), LONG, LONG);
    }

    @Test
    void eventsInTheOppositeOrderDoNotDeadlock() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Future<Set<String>> forwards;
            Future<Set<String>> backwards;
            try (Connection other = database.dataSource().getConnection()) {
                // Both would get as far as the one in the middle, and have what the other one needs.
                other.setAutoCommit(false);
                insertRow(other, MIDDLE);
                forwards = threads.submit(() -> insert(List.of(FIRST, MIDDLE, LAST)));
                awaitLockWaits(1);
                backwards = threads.submit(() -> insert(List.of(LAST, MIDDLE, FIRST)));
                awaitLockWaits(2);
                other.rollback();
            }

            assertThat(forwards.get(LONG.toSeconds(), TimeUnit.SECONDS))
                    .containsExactlyInAnyOrder(FIRST.id(), MIDDLE.id(), LAST.id());
            assertThat(backwards.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEmpty();
        } finally {
            threads.shutdownNow();
        }
    }

    private Set<String> insert(List<Event> events) {
        return transaction.execute(status -> processedEvents.insertWaiting(events));
    }

    private static void insertRow(Connection connection, Event event) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("""
                insert into inbox.processed_events
                       (event_id, app, corp_id, event_type, transport, received_at, payload, payload_sha256)
                values (?, 'default', '', 'check_in', 'http', now(), '{}', sha256(''))
                """)) {
            insert.setString(1, event.id());
            insert.executeUpdate();
        }
    }

    private void awaitLockWaits(int number) {
        Awaitility.await().until(() -> database.lockWaits().size() == number);
    }
}
