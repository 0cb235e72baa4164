package io.github.dingtalkinbox.internal.transaction;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import java.sql.Connection;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
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
 * Transactions that either are known to have committed, or are a failure.
 *
 * <p>Safe for use by many threads.
 */
public final class ProvenTransactions {
    private static final Logger log = LoggerFactory.getLogger(ProvenTransactions.class);
    private static final TransactionDefinition DEFAULTS = new DefaultTransactionDefinition();

    private final DataSource dataSource;
    private final PlatformTransactionManager manager;

    public ProvenTransactions(DataSource dataSource, PlatformTransactionManager manager) {
        this.dataSource = dataSource;
        this.manager = manager;
    }

    /**
     * Does the work in a transaction.
     *
     * @param task that may have to abort the transaction from outside
     * @throws DatabaseUnavailable if the connection was lost, or none was to be had
     * @throws HandlerFailed if it could not commit
     * @throws Exception whatever the work threw
     */
    public <T> T run(Task<?> task, Callable<T> work) throws Exception {
        CommitProof proof = new CommitProof(dataSource);
        TransactionStatus transaction = null;
        T result = null;
        boolean isWorkDone = false;
        try {
            transaction = manager.getTransaction(DEFAULTS);
            proof.requireTransaction();
            guard(task);
            result = work.call();
            isWorkDone = true;
            // Registered last, it runs after whatever the handlers have put off until the commit.
            TransactionSynchronizationManager.registerSynchronization(proof);
            manager.commit(transaction);
            proof.requireCommit();
            return result;
        } catch (Throwable failure) {
            if (result != null && proof.isCommitted()) {
                log.warn(
                        "The transaction has committed, but something that a handler had put off until after it failed",
                        LoggedFailure.of(failure));
                return result;
            }
            // After a commit there is no connection of ours left to be asked.
            boolean isAway = SqlStates.isDatabaseAway(failure)
                    || (transaction != null && !isWorkDone && proof.isConnectionGone());
            rollBack(transaction, failure);
            throw translated(failure, isWorkDone, isAway);
        } finally {
            task.unguard();
        }
    }

    private void guard(Task<?> task) {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            task.guard(() -> Connections.cut(dataSource, connection));
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                task.unguard(); // before the connection goes back to the pool, and to somebody else
            }
        });
    }

    /** Fails if the transaction of this thread cannot commit any more, or is not the one that began. */
    public void requireSound() {
        new CommitProof(dataSource).requireSound();
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
