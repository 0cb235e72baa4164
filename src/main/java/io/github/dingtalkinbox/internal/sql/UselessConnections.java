package io.github.dingtalkinbox.internal.sql;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.ProxyConnection;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Connections that their pool would keep although they are of no use: above all those to a server that has become a
 * standby. Such a session answers every check of a pool, and refuses every write until its maximum lifetime is over.
 */
public final class UselessConnections {
    private static final Logger log = LoggerFactory.getLogger(UselessConnections.class);

    private UselessConnections() {}

    /** Closes a connection in use, and has its pool open another one instead. */
    public static void discard(DataSource pool, Connection inUse) {
        try {
            BaseConnection physical = inUse.unwrap(BaseConnection.class);
            // A pool counts what is not given back, and its user may never do so.
            HikariDataSource hikari = SiblingPool.hikari(pool);
            if (hikari != null && inUse instanceof ProxyConnection) {
                hikari.evictConnection(inUse);
            }
            physical.abort(Runnable::run);
        } catch (SQLException e) {
            log.warn("A connection that is of no use any more could not be closed", e);
        }
    }

    /** Closes a connection in use that cannot write, and has its pool open new ones instead of those that are idle as well. */
    public static void discardReadOnly(DataSource pool, Connection inUse) {
        discard(pool, inUse);
        HikariDataSource hikari = SiblingPool.hikari(pool);
        if (hikari != null) {
            // They are probably to the same server. One by one, each would cost a delivery.
            hikari.getHikariPoolMXBean().softEvictConnections();
        }
    }

    /** Transactions that discard their connection if it cannot write. */
    public static TransactionOperations discardedIfReadOnly(DataSource pool, PlatformTransactionManager manager) {
        TransactionTemplate template = new TransactionTemplate(manager);
        return new TransactionOperations() {
            @Override
            public <T> T execute(TransactionCallback<T> action) {
                return template.execute(status -> {
                    try {
                        return action.doInTransaction(status);
                    } catch (RuntimeException e) {
                        if (SqlStates.isReadOnly(e)) {
                            discardAfterRollback(pool);
                        }
                        throw e;
                    }
                });
            }
        };
    }

    /** Before it, the rollback would fail, and its failure be reported instead. */
    private static void discardAfterRollback(DataSource pool) {
        Connection connection = DataSourceUtils.getConnection(pool);
        DataSourceUtils.releaseConnection(connection, pool);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCompletion(int status) {
                discardReadOnly(pool, connection);
            }
        });
    }
}
