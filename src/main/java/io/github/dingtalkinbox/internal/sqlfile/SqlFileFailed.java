package io.github.dingtalkinbox.internal.sqlfile;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * PostgreSQL refused the statement of a SQL file. The message says where in the file, and the cause is PostgreSQL's
 * error.
 */
final class SqlFileFailed extends RuntimeException {
    private final String sqlState;

    /** @param prefixLength how many characters were sent before the file's statement */
    SqlFileFailed(SqlFile file, int prefixLength, SQLException error) {
        super(message(file, prefixLength, error), error);
        String state = error.getSQLState();
        this.sqlState = state == null ? "" : state;
    }

    /** Whether the SQLSTATE is one of these, or belongs to one of these classes (its first two characters). */
    boolean is(String... statesOrClasses) {
        for (String prefix : statesOrClasses) {
            if (sqlState.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static String message(SqlFile file, int prefixLength, SQLException error) {
        ServerErrorMessage server = error instanceof PSQLException e ? e.getServerErrorMessage() : null;
        if (server == null) {
            return file.source().problem(String.valueOf(error.getMessage()));
        }
        String text = server.getMessage() + " [" + server.getSQLState() + "]";
        int index = server.getPosition() > prefixLength ? file.index(server.getPosition() - prefixLength) : -1;
        String problem = index < 0 ? file.source().problem(text) : file.source().problem(index, text);
        return problem
                + line("Detail", server.getDetail())
                + line("Hint", server.getHint())
                + line("Where", server.getWhere());
    }

    private static String line(String name, @Nullable String text) {
        return text == null ? "" : "\n    " + name + ": " + text;
    }
}
