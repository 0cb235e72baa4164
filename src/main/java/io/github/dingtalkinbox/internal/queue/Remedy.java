package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.PermanentFailure;
import io.github.dingtalkinbox.internal.sql.Causes;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;

/**
 * What may make the next attempt at an event succeed, told by the SQLSTATE of the failure and never by the text of a message.
 * {@code dead-letters.md} has the same as a table.
 */
enum Remedy {
    /** Another attempt: what was in the way may be gone. */
    RETRY,
    /** A migration that may be under way: a table, a column, a function or a privilege is missing. */
    DEPLOYMENT,
    /** An operator alone: every attempt would meet the same error. */
    OPERATOR;

    // Feature not supported, data exception, syntax error or access rule violation (classes of SQLSTATE). Integrity
    // violations are not among them: what is missing may come.
    private static final Set<String> PERMANENT_CLASSES = Set.of("0A", "22", "42");

    /** The session already has a prepared statement of this name: as behind a pooler, it is not the driver's alone. */
    private static final String DUPLICATE_PREPARED_STATEMENT = "42P05";

    private static final String NOT_SUPPORTED = "0A000";

    /** A table was altered, and the session's prepared statement returns other columns than before. */
    private static final String STALE_PLAN_ROUTINE = "RevalidateCachedQuery";

    static Remedy of(Throwable failure) {
        if (Causes.first(failure, PermanentFailure.class).isPresent()) {
            return OPERATOR;
        }
        if (SqlStates.isUndefined(failure) || SqlStates.isForbidden(failure)) {
            return DEPLOYMENT;
        }
        boolean isPermanent = Causes.of(failure)
                .anyMatch(t -> t instanceof SQLException e && e.getSQLState() != null && isPermanent(e.getSQLState()));
        return isPermanent && !isStalePlan(failure) ? OPERATOR : RETRY;
    }

    private static boolean isPermanent(String state) {
        return state.length() == 5
                && PERMANENT_CLASSES.contains(state.substring(0, 2))
                && !state.equals(DUPLICATE_PREPARED_STATEMENT);
    }

    /** PostgreSQL has one code for this and for what it cannot do at all. The driver tells them apart in the same way. */
    private static boolean isStalePlan(Throwable failure) {
        return Causes.of(failure)
                .anyMatch(t -> t instanceof PSQLException e
                        && NOT_SUPPORTED.equals(e.getSQLState())
                        && e.getServerErrorMessage() != null
                        && STALE_PLAN_ROUTINE.equals(e.getServerErrorMessage().getRoutine()));
    }
}
