package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.event.EventHandler;
import io.github.dingtalkinbox.inbox.EventLog.Recorded;
import io.github.dingtalkinbox.inbox.EventLog.Vanished;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
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
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);
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
            } catch (Exception e) {
                if (attempt == TRIES || !(e instanceof Vanished || Failures.isLostRace(e))) {
                    throw e;
                }
            }
        }
    }

    private List<Outcome> inTransaction(List<Event> events) throws Exception {
        CommitProof proof = new CommitProof(dataSource);
        TransactionStatus transaction = null;
        List<Outcome> outcomes = List.of();
        try {
            transaction = transactions.getTransaction(DEFAULTS);
            proof.requireTransaction();
            Recorded recorded = eventLog.record(events);
            outcomes = recorded.outcomes();
            handlers.run(recorded.fresh());
            // Registered last, it runs after whatever the handlers have put off until the commit.
            TransactionSynchronizationManager.registerSynchronization(proof);
            transactions.commit(transaction);
            proof.requireCommit();
            return outcomes;
        } catch (Throwable failure) {
            if (proof.isCommitted()) {
                log.warn(
                        "The transaction has committed, but something that a handler had put off until after it failed",
                        failure);
                return outcomes;
            }
            boolean isAway = Failures.isDatabaseAway(failure) || (transaction != null && proof.isConnectionGone());
            rollBack(transaction, failure);
            if (isAway && !(failure instanceof DatabaseUnavailable)) {
                throw new DatabaseUnavailable(failure);
            }
            throw failure;
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
