package io.github.dingtalkinbox.internal.transaction;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.transaction.TransactionException;

/** What a failure means, told by SQLSTATE and never by the text of a message. */
public final class Failures {
    // Classes of SQLSTATE (the SQL standard and PostgreSQL's appendix A): connection exception, insufficient resources
    // (too many connections, disk full), system error.
    private static final Set<String> AWAY_CLASSES = Set.of("08", "53", "58");
    // Shutdown by an administrator, crash of another session, still starting; a server that has become a standby.
    private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "25006");
    // Serialization failure, deadlock: the transaction was rolled back in favour of another one.
    private static final Set<String> LOST_RACE = Set.of("40001", "40P01");

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private static final int MOST_CAUSES = 50;

    private Failures() {}

    /** Whether it comes from the database being away, rather than from what was asked of it. */
    static boolean isDatabaseAway(Throwable failure) {
        // Without a state it comes from the pool: the connection broke at the commit, and there is none to roll back
        // on.
        boolean isCommit = failure instanceof TransactionException;
        return hasCause(
                failure,
                e -> e instanceof SQLTransientConnectionException
                        || (e.getSQLState() == null ? isCommit : isAway(e.getSQLState())));
    }

    /** Whether a lock was waited for longer than {@code lock_timeout}. */
    public static boolean isLockTimeout(Throwable failure) {
        return hasCause(failure, e -> LOCK_NOT_AVAILABLE.equals(e.getSQLState()));
    }

    /** Whether the same again may succeed. */
    public static boolean isLostRace(Throwable failure) {
        return hasCause(failure, e -> e.getSQLState() != null && LOST_RACE.contains(e.getSQLState()));
    }

    private static boolean isAway(String sqlState) {
        return AWAY.contains(sqlState) || (sqlState.length() == 5 && AWAY_CLASSES.contains(sqlState.substring(0, 2)));
    }

    private static boolean hasCause(Throwable failure, Predicate<SQLException> isIt) {
        // Limited, because causes may go round in a circle.
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MOST_CAUSES)
                .anyMatch(t -> t instanceof SQLException e && isIt.test(e));
    }
}
