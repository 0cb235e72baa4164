package io.github.dingtalkinbox.internal.transaction;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.sql.UselessConnections;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.internal.transaction.TimeLimits.TimeLimit;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.TransactionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Transactions, each on a thread of its own, that either are known to have committed, or are a failure.
 *
 * <p>Safe for use by many threads.
 */
public final class ProvenTransactions {
    private static final Logger log = LoggerFactory.getLogger(ProvenTransactions.class);
    private static final TransactionDefinition DEFAULTS = new DefaultTransactionDefinition();
    private static final int TRIES = 3;

    private final DataSource dataSource;
    private final PlatformTransactionManager manager;
    private final Executor threads;
    private final Duration timeLimit;
    private final TimeLimits timeLimits;
    private final Runnable requireFitSession;
    private final CommitWatch commits = new CommitWatch();

    /** Whose sessions were found fit. Weak: a connection that its pool has dropped is not ours to keep. */
    private final Set<BaseConnection> fit = Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

    /**
     * @param threads gives every transaction a thread at once
     * @param timeLimit after which a transaction is aborted
     * @param requireFitSession throws if the session of this thread's transaction cannot keep the promise; called in the
     *     transactions of each session until one commits
     */
    public ProvenTransactions(
            DataSource dataSource,
            PlatformTransactionManager manager,
            Executor threads,
            Duration timeLimit,
            TimeLimits timeLimits,
            Runnable requireFitSession) {
        this.dataSource = dataSource;
        this.manager = manager;
        this.threads = threads;
        this.timeLimit = timeLimit;
        this.timeLimits = timeLimits;
        this.requireFitSession = requireFitSession;
    }

    public CommitWatch commits() {
        return commits;
    }

    /** How long the handlers of one transaction may take. */
    public Duration timeLimit() {
        return timeLimit;
    }

    /**
     * Does work in a transaction. If it loses a race against another transaction, or its session cannot write, it is done
     * again in a new one.
     *
     * @param events that the log names meanwhile
     * @param limit the time that the task has, if it is shorter than that of others
     * @param whenCommitted makes the result of the task of what the work gave back, on the same thread
     * @return the task, which fails with {@link DatabaseUnavailable} if the connection was lost or none was to be had, with
     *     {@link TwinInFlight} if it waited too long for another transaction, with {@link HandlerFailed} if it could not
     *     commit, with {@link HandlerTimedOut} if its time was over, and otherwise with whatever the work threw
     */
    public <T, R> Task<R> start(List<Event> events, Duration limit, Task.Work<T> work, Function<T, R> whenCommitted) {
        Duration time = limit.compareTo(timeLimit) < 0 ? limit : timeLimit;
        Task<R> task = new Task<>();
        // Not on the thread of the time limits: a server that hangs makes an abortion take a while.
        Runnable abort = () -> threads.execute(() -> task.abort(new HandlerTimedOut(time)));
        TimeLimit abortion = timeLimits.set(Deadline.in(time), abort);
        task.whenEnded((result, failure) -> abortion.lift());
        try {
            threads.execute(() -> run(task, events, work, whenCommitted));
        } catch (RuntimeException e) {
            task.abort(e);
            throw e;
        }
        return task;
    }

    private <T, R> void run(Task<R> task, List<Event> events, Task.Work<T> work, Function<T, R> whenCommitted) {
        EventContext before = EventContext.enter(events);
        try {
            task.begin();
            R result = whenCommitted.apply(repeated(task, work));
            before.restore();
            task.succeed(result);
        } catch (Throwable failure) {
            before.restore();
            task.fail(failure);
        } finally {
            Thread.interrupted(); // an abort that came too late must not meet the thread's next work
        }
    }

    private <T> T repeated(Task<?> task, Task.Work<T> work) throws Exception {
        for (int tried = 1; ; tried++) {
            try {
                return proven(task, work);
            } catch (Exception e) {
                if (!(e instanceof HandlerFailed) && SqlStates.isLockTimeout(e)) {
                    throw new TwinInFlight(e);
                }
                if (tried == TRIES || !(e instanceof LostRace || SqlStates.isLostRace(e) || isOfReadOnlySession(e))) {
                    throw e;
                }
            }
        }
    }

    /** Then nothing has been written, and on a new session it may be: a pool keeps those to a server that was the primary. */
    private static boolean isOfReadOnlySession(Exception failure) {
        return failure instanceof DatabaseUnavailable && SqlStates.isReadOnly(failure);
    }

    private <T> T proven(Task<?> task, Task.Work<T> work) throws Exception {
        CommitProof proof = new CommitProof(this, commits);
        TransactionStatus transaction = null;
        T result = null;
        boolean isWorkDone = false;
        try {
            transaction = manager.getTransaction(DEFAULTS);
            BaseConnection session = guard(task);
            TransactionSynchronizationManager.registerSynchronization(proof.first());
            result = work.in(task);
            isWorkDone = true;
            TransactionSynchronizationManager.registerSynchronization(proof.last());
            manager.commit(transaction);
            proof.require();
            fit.add(session); // not before: what the check has set lasts only if the transaction has committed
            return result;
        } catch (Throwable failure) {
            if (result != null && proof.isGiven()) {
                log.warn(
                        "The transaction has committed, but something that a handler had put off until after it failed",
                        LoggedFailure.of(failure));
                return result;
            }
            if (transaction != null && !transaction.isCompleted() && SqlStates.isReadOnly(failure)) {
                UselessConnections.discardReadOnly(dataSource, connection());
            }
            // After a commit there is no connection of ours left to be asked.
            boolean isAway =
                    SqlStates.isDatabaseAway(failure) || (transaction != null && !isWorkDone && isConnectionGone());
            rollBack(transaction, failure);
            throw translated(failure, isWorkDone, isAway);
        } finally {
            commits.end(proof);
            task.unguard();
        }
    }

    /** Has the task cut the connection of the transaction that has just begun, if it has to be aborted. */
    private BaseConnection guard(Task<?> task) throws SQLException {
        Connection connection = connection();
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("The transaction manager of the inbox does not manage its data source, so"
                    + " the record of an event and its effect would part. With several of them, annotate"
                    + " the inbox's with @InboxTransactionManager");
        }
        task.guard(() -> cut(connection));
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                task.unguard(); // before the connection goes back to the pool, for another transaction
            }
        });
        BaseConnection session = connection.unwrap(BaseConnection.class);
        if (!fit.contains(session)) {
            requireFit(connection);
        }
        return session;
    }

    private void requireFit(Connection connection) {
        try {
            requireFitSession.run();
        } catch (ConfigurationProblem e) {
            discard(connection);
            throw new DatabaseUnavailable(
                    "A session of the database is not fit for the inbox. " + e.description() + " " + e.action(), e);
        }
    }

    /** Ends what runs on a connection in use, undoes its transaction, and lets its pool have another one. */
    private void cut(Connection inUse) {
        try {
            QueryExecutor session = inUse.unwrap(BaseConnection.class).getQueryExecutor();
            try {
                // The server does not notice that its client has gone until its statement is over, so that is cancelled
                // first: a pooler forgets the session with its client.
                session.sendQueryCancel();
            } finally {
                discard(inUse);
            }
            session.sendQueryCancel(); // the handler may have sent another statement meanwhile
        } catch (SQLException e) {
            log.warn("What runs on the connection of a handler whose time is over could not be cancelled", e);
        }
    }

    void discard(Connection inUse) {
        UselessConnections.discard(dataSource, inUse);
    }

    /**
     * Fails if the transaction of this thread cannot commit any more, or is not the one that began. To be asked after
     * handlers, before anything else is written: it might be written into a new transaction. The driver knows without a
     * round trip.
     */
    public void requireSound() {
        TransactionState state = state();
        if (state == TransactionState.FAILED) {
            throw new TransactionAborted("A handler has caught an SQL error and gone on, but PostgreSQL had aborted the"
                    + " transaction. Let the error out, or use a savepoint around what may fail");
        }
        if (state != TransactionState.OPEN) {
            throw new TransactionAborted("A handler has committed or rolled back the inbox's transaction: the event and"
                    + " its business update may have parted. A handler must leave the transaction alone");
        }
    }

    /** The connection of the transaction of this thread. */
    Connection connection() {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        DataSourceUtils.releaseConnection(connection, dataSource);
        return connection;
    }

    private TransactionState state() {
        return state(connection());
    }

    /** The driver knows without a round trip. */
    static TransactionState state(Connection connection) {
        try {
            if (connection.isClosed()) {
                throw new DatabaseUnavailable(new SQLException("The connection broke before the commit", "08006"));
            }
            return connection.getAutoCommit()
                    ? TransactionState.IDLE
                    : connection.unwrap(BaseConnection.class).getTransactionState();
        } catch (SQLException e) {
            throw new IllegalStateException("The inbox needs PostgreSQL's own driver below the connection pool", e);
        }
    }

    /** Whether the connection of the transaction broke on the way. */
    private boolean isConnectionGone() {
        try {
            return connection().isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    private static Exception translated(Throwable failure, boolean isWorkDone, boolean isAway) throws Exception {
        if (isWorkDone) {
            return new HandlerFailed(failure, true);
        }
        if (failure instanceof HandlerFailed handlerFailed) {
            return isAway ? new HandlerFailed(handlerFailed.failure(), true) : handlerFailed;
        }
        if (isAway && !(failure instanceof DatabaseUnavailable)) {
            return new DatabaseUnavailable(failure);
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return (Exception) failure;
    }

    private void rollBack(@Nullable TransactionStatus transaction, Throwable failure) {
        if (transaction == null || transaction.isCompleted()) {
            return;
        }
        try {
            manager.rollback(transaction);
        } catch (RuntimeException e) {
            // The connection is gone, and the transaction with it.
            failure.addSuppressed(e);
        }
    }
}
