package io.github.dingtalkinbox.internal.transaction;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.ProxyConnection;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.core.BaseConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a connection away from a thread that does not give it back. */
public final class Connections {
    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    private Connections() {}

    /** Ends what runs on a connection in use, undoes its transaction, and lets its pool have another one. */
    static void cut(DataSource pool, Connection inUse) {
        try {
            BaseConnection physical = inUse.unwrap(BaseConnection.class);
            // The server does not notice that its client has gone until its statement is over, so that is cancelled.
            tryTo(physical::cancelQuery);
            // Its user may never give it back, and a pool counts what is not given back.
            if (inUse instanceof ProxyConnection && pool.isWrapperFor(HikariDataSource.class)) {
                pool.unwrap(HikariDataSource.class).evictConnection(inUse);
            }
            tryTo(() -> physical.abort(Runnable::run));
        } catch (SQLException e) {
            log.warn("The connection of a handler whose time is over could not be cut", e);
        }
    }

    private static void tryTo(Step step) {
        try {
            step.run();
        } catch (SQLException e) {
            log.warn("The connection of a handler whose time is over could not be cut cleanly", e);
        }
    }

    private interface Step {
        void run() throws SQLException;
    }
}
