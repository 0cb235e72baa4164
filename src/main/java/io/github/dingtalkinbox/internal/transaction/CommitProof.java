package io.github.dingtalkinbox.internal.transaction;

import io.github.dingtalkinbox.DatabaseUnavailable;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.support.TransactionSynchronization;

/**
 * Whether a transaction has really committed. PostgreSQL turns the commit of an aborted transaction into a rollback, and
 * neither the driver nor Spring says a word; so the driver is asked for the state of the transaction, which takes no
 * round trip, as late as Spring allows.
 *
 * <p>For one transaction and its thread.
 */
final class CommitProof implements TransactionSynchronization {
    private final DataSource dataSource;
    private volatile boolean sound;
    private volatile boolean committed;

    CommitProof(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** To be asked at the beginning: whether the transaction is one of this data source at all. */
    void requireTransaction() throws SQLException {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            if (connection.getAutoCommit()) {
                throw new IllegalStateException(
                        "The transaction manager of the inbox does not manage its data source, so"
                                + " the record of an event and its effect would part. With several of them, mark those of the"
                                + " inbox @Primary");
            }
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    /** The last moment at which a failure is rolled back and heard. */
    @Override
    public void beforeCommit(boolean readOnly) {
        requireSound();
    }

    /** To be asked after handlers, before anything else is written: it might be written into a new transaction. */
    void requireSound() {
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

    /** The last moment before the commit. Spring swallows whatever is thrown here, so it is only noted. */
    @Override
    public void beforeCompletion() {
        sound = state() == TransactionState.OPEN;
    }

    @Override
    public void afterCompletion(int status) {
        committed = status == STATUS_COMMITTED;
    }

    /** Whether the transaction is known to have committed, whatever was thrown afterwards. */
    boolean isCommitted() {
        return committed && sound;
    }

    /** To be asked when the transaction manager says that it has committed. */
    void requireCommit() {
        if (!isCommitted()) {
            throw new TransactionAborted(
                    "A handler's beforeCompletion has caused an SQL error, so PostgreSQL has rolled"
                            + " the transaction back instead of committing it. Nothing may touch the database there");
        }
    }

    /** Whether the connection of the transaction broke on the way. */
    boolean isConnectionGone() {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }

    private TransactionState state() {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            if (connection.isClosed()) {
                throw new DatabaseUnavailable(new SQLException("The connection broke before the commit", "08006"));
            }
            return connection.getAutoCommit()
                    ? TransactionState.IDLE
                    : connection.unwrap(BaseConnection.class).getTransactionState();
        } catch (SQLException e) {
            throw new IllegalStateException("The inbox needs PostgreSQL's own driver below the connection pool", e);
        } finally {
            DataSourceUtils.releaseConnection(connection, dataSource);
        }
    }
}
