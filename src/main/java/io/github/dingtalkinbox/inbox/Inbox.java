package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.event.EventHandler;
import io.github.dingtalkinbox.inbox.EventLog.Recorded;
import io.github.dingtalkinbox.inbox.EventLog.Vanished;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Exactly once:
 *
 * <ol>
 *   <li>A transaction begins, at READ COMMITTED.
 *   <li>The event is inserted into {@code processed_events}, {@code on conflict do nothing}. If a twin is being
 *       processed at this moment, the insert waits for it to commit or to roll back.
 *   <li>No row came back: the event is a duplicate. It gets a row in {@code duplicate_deliveries}, and nothing else
 *       happens.
 *   <li>A row came back: the event is new, here and nowhere else, and its handlers run on the same connection.
 *   <li>The connection is asked whether the transaction is still sound (a handler may have swallowed an SQL error, and
 *       then PostgreSQL turns the commit into a rollback that the driver does not report).
 *   <li>The transaction commits. Only then is there an outcome, and only an outcome is answered {@code success}.
 * </ol>
 *
 * <p>Whatever fails on the way rolls back the record and the business update together, so the next delivery of the event
 * finds nothing and is processed.
 *
 * <p>Safe for use by many threads.
 */
public final class Inbox implements Receiver {
    private static final TransactionDefinition DEFAULTS = new DefaultTransactionDefinition();
    private static final int TRIES = 3;

    private final DataSource dataSource;
    private final PlatformTransactionManager transactions;
    private final EventLog eventLog;
    private final Handlers handlers;

    /**
     * @param dataSource a PostgreSQL database with the tables of {@code Schema} and, as its default isolation, READ
     *     COMMITTED
     * @param transactions the manager of the data source's transactions
     * @param handlers the business updates, in the order in which they run
     */
    public Inbox(DataSource dataSource, PlatformTransactionManager transactions, List<EventHandler> handlers) {
        this.dataSource = dataSource;
        this.transactions = transactions;
        JdbcClient jdbc = JdbcClient.create(dataSource);
        this.eventLog =
                new EventLog(new ProcessedEvents(jdbc), new DuplicateDeliveries(jdbc), new IdentityWindows(jdbc));
        this.handlers = new Handlers(handlers);
    }

    @Override
    public List<Outcome> receive(List<Event> events) throws Exception {
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            throw new IllegalStateException(
                    "The inbox needs a transaction of its own: its outcome is only true after its"
                            + " commit. Call receive outside of any transaction");
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return inTransaction(events);
            } catch (Vanished e) {
                if (attempt == TRIES) {
                    throw e;
                }
            }
        }
    }

    private List<Outcome> inTransaction(List<Event> events) throws Exception {
        TransactionStatus transaction = null;
        try {
            transaction = transactions.getTransaction(DEFAULTS);
            Recorded recorded = eventLog.record(events);
            handlers.run(recorded.fresh());
            askForSoundnessBeforeCommit();
            transactions.commit(transaction);
            return recorded.outcomes();
        } catch (Throwable failure) {
            rollBack(transaction, failure);
            if (!(failure instanceof DatabaseUnavailable) && DatabaseUnavailable.isCauseOf(failure)) {
                throw new DatabaseUnavailable(failure);
            }
            throw failure;
        }
    }

    private void askForSoundnessBeforeCommit() {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            // Registered last, it runs after whatever the handlers have put off until just before the commit.
            @Override
            public void beforeCommit(boolean readOnly) {
                requireSoundness();
            }
        });
    }

    private void requireSoundness() {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            TransactionState state = connection.unwrap(BaseConnection.class).getTransactionState();
            if (state == TransactionState.FAILED) {
                throw new TransactionAborted(
                        "A handler has caught an SQL error and gone on, but PostgreSQL had aborted the"
                                + " transaction. Let the error out, or use a savepoint around what may fail");
            }
            if (state != TransactionState.OPEN || connection.getAutoCommit()) {
                throw new TransactionAborted(
                        "A handler has committed or rolled back the inbox's transaction: the event and"
                                + " its business update may have parted. A handler must leave the transaction alone");
            }
        } catch (SQLException e) {
            throw new DatabaseUnavailable(e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private void rollBack(@Nullable TransactionStatus transaction, Throwable failure) {
        if (transaction == null || transaction.isCompleted()) {
            return;
        }
        try {
            transactions.rollback(transaction);
        } catch (RuntimeException e) {
            // The connection is gone, and the transaction with it.
            failure.addSuppressed(e);
        }
    }
}
