package io.github.dingtalkinbox.internal.transaction;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.internal.sql.Causes;
import io.github.dingtalkinbox.internal.sql.Located;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.text.Printable;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * A failure as it may be logged. What the database says of an error quotes the values that it was given, which are what an
 * event says. So the log has its code and the names in it, and the stack trace; whole, it is in
 * {@code queued_events.last_error}.
 */
public final class LoggedFailure extends Exception {
    private LoggedFailure(Throwable failure, @Nullable Throwable cause) {
        super(text(failure), cause);
        setStackTrace(failure.getStackTrace());
    }

    /** The failure itself, if it does not come from the database. */
    public static Throwable of(Throwable failure) {
        return of(failure, Causes.MOST);
    }

    /** The same in words, on one line. */
    public static String inWords(Throwable failure) {
        Throwable logged = of(failure);
        return Printable.line(
                logged instanceof LoggedFailure
                        ? Causes.of(logged).map(Throwable::getMessage).collect(Collectors.joining(": "))
                        : failure.toString());
    }

    /** What to log besides the words: null where a stack trace would say nothing of what has to be mended. */
    public static @Nullable Throwable trace(Throwable failure) {
        boolean isSaid = failure instanceof DatabaseUnavailable
                || failure instanceof HandlerTimedOut
                || Causes.first(failure, Located.class).isPresent()
                || SqlStates.isDatabaseAway(failure);
        return isSaid ? null : of(failure);
    }

    /** Limited, because causes may go round in a circle. */
    private static Throwable of(Throwable failure, int depth) {
        if (Causes.of(failure).noneMatch(SQLException.class::isInstance)) {
            return failure;
        }
        Throwable cause = failure.getCause();
        return new LoggedFailure(failure, cause == null || depth == 0 ? null : of(cause, depth - 1));
    }

    private static String text(Throwable failure) {
        if (failure instanceof Located located) {
            return located.place();
        }
        String name = failure.getClass().getName();
        if (!(failure instanceof SQLException e)) {
            return name;
        }
        ServerErrorMessage server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        if (server == null) {
            String said = state(e) + (isOfTheConnection(e) ? " " + e.getMessage() : "");
            return said.isEmpty() ? name : name + ":" + said;
        }
        return name + ":"
                + state(e)
                + named("constraint", server.getConstraint())
                + named("table", server.getTable())
                + named("column", server.getColumn())
                + named("routine", server.getRoutine());
    }

    /** Then it is about the server, and nothing that was sent to it. */
    private static boolean isOfTheConnection(SQLException e) {
        return e instanceof SQLTransientConnectionException
                || (e.getSQLState() != null && e.getSQLState().startsWith("08"));
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : " SQLSTATE " + e.getSQLState();
    }

    private static String named(String what, @Nullable String name) {
        return name == null ? "" : ", " + what + " " + name;
    }
}
