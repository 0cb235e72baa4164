package io.github.dingtalkinbox.inbox;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.TransactionException;

/**
 * The database cannot be reached, or has gone away in the middle: the delivery is not known to be processed, and the
 * sender should deliver it again later.
 */
public final class DatabaseUnavailable extends RuntimeException {
    // Classes of SQLSTATE (the SQL standard and PostgreSQL's appendix A): connection exception, insufficient resources
    // (too many connections, disk full), system error.
    private static final Set<String> CLASSES = Set.of("08", "53", "58");
    // Shutdown by an administrator, crash of another session, still starting; a server that has become a standby.
    private static final Set<String> STATES = Set.of("57P01", "57P02", "57P03", "25006");

    DatabaseUnavailable(Throwable cause) {
        super("The database is not available", cause);
    }

    /** Whether this failure comes from the database being away, rather than from what was asked of it. */
    static boolean isCauseOf(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLTransientConnectionException) {
                return true; // the pool waited for a connection in vain
            }
            if (t instanceof SQLException e && isAway(e.getSQLState())) {
                return true;
            }
            if (t instanceof SQLException e && e.getSQLState() == null && failure instanceof TransactionException) {
                return true; // the pool: the connection broke at the commit, and there is none to roll back on
            }
        }
        return false;
    }

    private static boolean isAway(@Nullable String sqlState) {
        return sqlState != null
                && (STATES.contains(sqlState)
                        || (sqlState.length() == 5 && CLASSES.contains(sqlState.substring(0, 2))));
    }
}
