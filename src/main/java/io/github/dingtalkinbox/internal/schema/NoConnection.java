package io.github.dingtalkinbox.internal.schema;

import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.internal.sql.Causes;
import io.github.dingtalkinbox.internal.sql.SiblingPool;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Why there is no connection: the server is away, or it or a pooler before it refused the login. */
final class NoConnection {
    /** SQLSTATEs: authentication failed, the role may not connect, there is no such database. */
    private static final String INVALID_AUTHORIZATION = "28";

    private static final String UNKNOWN_DATABASE = "3D000";

    /** PgBouncer has one SQLSTATE for all that it refuses, and its messages are always English. */
    private static final String PARAMETER_REFUSED = "startup parameter";

    private static final String CHECK_LOGIN =
            "Check spring.datasource.username and .password, the name of the database in"
                    + " spring.datasource.url, and that pg_hba.conf lets this role in from this machine.";

    /** Up to the parameters, among which a password may stand. */
    private static final Pattern ADDRESS = Pattern.compile("jdbc:postgresql:/*([^?;]*)");

    private NoConnection() {}

    static UnsuitableDatabase because(CannotGetJdbcConnectionException e, DataSource dataSource) {
        String said = String.valueOf(e.getMostSpecificCause().getMessage());
        UnsuitableDatabase failure = isRefusal(e)
                ? refused(said, dataSource)
                : SqlStates.isProtocolViolation(e) ? refusedByPooler(said, dataSource) : away(said, dataSource);
        failure.initCause(e);
        return failure;
    }

    private static UnsuitableDatabase refused(String said, DataSource dataSource) {
        HikariDataSource pool = SiblingPool.hikari(dataSource);
        String user = pool == null ? null : pool.getUsername();
        return new UnsuitableDatabase(
                "The database refused the login of " + (user == null ? "the role of the data source" : user)
                        + at(dataSource) + ": " + said,
                List.of(CHECK_LOGIN));
    }

    private static UnsuitableDatabase refusedByPooler(String said, DataSource dataSource) {
        return new UnsuitableDatabase(
                "The pooler in front of the database refused the connection" + at(dataSource) + ": " + said,
                said.contains(PARAMETER_REFUSED)
                        ? List.of(
                                "Remove what sends this parameter from spring.datasource.url or"
                                        + " spring.datasource.hikari.data-source-properties (currentSchema sends"
                                        + " search_path), and set for the role what it sets: alter role … set …;",
                                "Or name it in ignore_startup_parameters of PgBouncer, which then leaves it out.")
                        : List.of(CHECK_LOGIN, "The log of the pooler may say more."));
    }

    private static UnsuitableDatabase away(String said, DataSource dataSource) {
        return new UnsuitableDatabase(
                "The database cannot be reached" + at(dataSource) + ": " + said,
                List.of("Check spring.datasource.url, .username and .password, and that the server is running and lets"
                        + " this machine in."));
    }

    private static String at(DataSource dataSource) {
        HikariDataSource pool = SiblingPool.hikari(dataSource);
        String url = pool == null ? null : pool.getJdbcUrl();
        Matcher address = ADDRESS.matcher(url == null ? "" : url);
        return address.lookingAt() ? " at " + address.group(1) : "";
    }

    private static boolean isRefusal(Throwable failure) {
        return Causes.of(failure)
                .filter(SQLException.class::isInstance)
                .map(sql -> String.valueOf(((SQLException) sql).getSQLState()))
                .anyMatch(state -> state.startsWith(INVALID_AUTHORIZATION) || state.equals(UNKNOWN_DATABASE));
    }
}
