package io.github.dingtalkinbox.internal.sql;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.springframework.transaction.TransactionException;

/** What a failure means, told by the SQLSTATE of one of its causes and never by the text of a message. */
public final class SqlStates {
    // Classes of SQLSTATE (the SQL standard and PostgreSQL's appendix A): connection exception, insufficient resources
    // (too many connections, disk full), system error.
    private static final Set<String> AWAY_CLASSES = Set.of("08", "53", "58");
    private static final String READ_ONLY = "25006";
    // Shutdown by an administrator, crash of another session, still starting; a server that has become a standby.
    private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", READ_ONLY);
    // Serialization failure, deadlock: the transaction was rolled back in favour of another one.
    private static final Set<String> LOST_RACE = Set.of("40001", "40P01");
    // A table, a column, a function.
    private static final Set<String> UNDEFINED = Set.of("42P01", "42703", "42883");

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private SqlStates() {}

    /** The outermost state that there is. */
    public static Optional<String> of(Throwable failure) {
        return Causes.of(failure)
                .filter(SQLException.class::isInstance)
                .map(cause -> Optional.ofNullable(((SQLException) cause).getSQLState()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Whether it comes from the database being away, rather than from what was asked of it. */
    public static boolean isDatabaseAway(Throwable failure) {
        // Without a state it comes from the pool: the connection broke at the commit, and there is none to roll back
        // on.
        boolean isCommit = failure instanceof TransactionException;
        return hasCause(
                failure,
                e -> e instanceof SQLTransientConnectionException
                        || (e.getSQLState() == null ? isCommit : isAway(e.getSQLState())));
    }

    /** Whether the session cannot write: the server has become a standby, or is being maintained. */
    public static boolean isReadOnly(Throwable failure) {
        return hasState(failure, READ_ONLY::equals);
    }

    /** Whether a lock was waited for longer than {@code lock_timeout}. */
    public static boolean isLockTimeout(Throwable failure) {
        return hasState(failure, LOCK_NOT_AVAILABLE::equals);
    }

    /** Whether the same again may succeed. */
    public static boolean isLostRace(Throwable failure) {
        return hasState(failure, LOST_RACE::contains);
    }

    /** Whether another transaction was in the way: of a lock, or by a lost race. */
    public static boolean isInUse(Throwable failure) {
        return isLockTimeout(failure) || isLostRace(failure);
    }

    /** Whether the role lacks a privilege. */
    public static boolean isForbidden(Throwable failure) {
        return hasState(failure, INSUFFICIENT_PRIVILEGE::equals);
    }

    /** Whether a table, a column or a function is missing. */
    public static boolean isUndefined(Throwable failure) {
        return hasState(failure, UNDEFINED::contains);
    }

    private static boolean isAway(String state) {
        return AWAY.contains(state) || (state.length() == 5 && AWAY_CLASSES.contains(state.substring(0, 2)));
    }

    private static boolean hasState(Throwable failure, Predicate<String> isIt) {
        return hasCause(failure, e -> e.getSQLState() != null && isIt.test(e.getSQLState()));
    }

    private static boolean hasCause(Throwable failure, Predicate<SQLException> isIt) {
        return Causes.of(failure).anyMatch(t -> t instanceof SQLException e && isIt.test(e));
    }
}
