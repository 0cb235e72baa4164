package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.internal.sql.Located;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * PostgreSQL refused the statement of a SQL file. The message says where in the file, and the cause is PostgreSQL's
 * error.
 */
final class SqlFileFailed extends RuntimeException implements Located {
    private final String place;
    private final String sqlState;

    /** @param prefixLength how many characters were sent before the file's statement */
    SqlFileFailed(SqlFile file, int prefixLength, SQLException error) {
        super(message(file, index(file, prefixLength, error), error), error);
        int index = index(file, prefixLength, error);
        this.place = index < 0 ? file.source().name() : file.source().place(index);
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

    @Override
    public String place() {
        return place;
    }

    /** The message without the line of the file, and without PostgreSQL's further remarks. */
    String firstLine() {
        return String.valueOf(getMessage()).lines().findFirst().orElse(place);
    }

    private static @Nullable ServerErrorMessage server(SQLException error) {
        return error instanceof PSQLException e ? e.getServerErrorMessage() : null;
    }

    /** Where in the file PostgreSQL sees the error; negative if it does not say. */
    private static int index(SqlFile file, int prefixLength, SQLException error) {
        ServerErrorMessage server = server(error);
        return server != null && server.getPosition() > prefixLength
                ? file.index(server.getPosition() - prefixLength)
                : -1;
    }

    private static String message(SqlFile file, int index, SQLException error) {
        ServerErrorMessage server = server(error);
        if (server == null) {
            return file.source().problem(String.valueOf(error.getMessage()));
        }
        String text = server.getMessage() + " [" + server.getSQLState() + "]";
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
