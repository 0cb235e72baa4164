package io.github.dingtalkinbox.internal.schema;

import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.internal.sql.Causes;
import io.github.dingtalkinbox.internal.sql.SiblingPool;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/** Why there is no connection: the server is away, or it refused the login. */
final class NoConnection {
    /** SQLSTATEs: authentication failed, the role may not connect, there is no such database. */
    private static final String INVALID_AUTHORIZATION = "28";

    private static final String UNKNOWN_DATABASE = "3D000";

    /** Up to the parameters, among which a password may stand. */
    private static final Pattern ADDRESS = Pattern.compile("jdbc:postgresql:/*([^?;]*)");

    private NoConnection() {}

    static UnsuitableDatabase because(CannotGetJdbcConnectionException e, DataSource dataSource) {
        SQLException refusal = refusal(e);
        UnsuitableDatabase failure = refusal == null ? away(e, dataSource) : refused(refusal, dataSource);
        failure.initCause(e);
        return failure;
    }

    private static UnsuitableDatabase refused(SQLException refusal, DataSource dataSource) {
        HikariDataSource pool = SiblingPool.hikari(dataSource);
        String user = pool == null ? null : pool.getUsername();
        return new UnsuitableDatabase(
                "The database refused the login of " + (user == null ? "the role of the data source" : user)
                        + at(dataSource) + ": " + refusal.getMessage(),
                List.of("Check spring.datasource.username and .password, the name of the database in"
                        + " spring.datasource.url, and that pg_hba.conf lets this role in from this machine."));
    }

    private static UnsuitableDatabase away(CannotGetJdbcConnectionException e, DataSource dataSource) {
        return new UnsuitableDatabase(
                "The database cannot be reached" + at(dataSource) + ": "
                        + e.getMostSpecificCause().getMessage(),
                List.of("Check spring.datasource.url, .username and .password, and that the server is running and lets"
                        + " this machine in."));
    }

    private static String at(DataSource dataSource) {
        HikariDataSource pool = SiblingPool.hikari(dataSource);
        String url = pool == null ? null : pool.getJdbcUrl();
        Matcher address = ADDRESS.matcher(url == null ? "" : url);
        return address.lookingAt() ? " at " + address.group(1) : "";
    }

    private static @Nullable SQLException refusal(Throwable failure) {
        return Causes.of(failure)
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .filter(sql -> isRefusal(String.valueOf(sql.getSQLState())))
                .findFirst()
                .orElse(null);
    }

    private static boolean isRefusal(String state) {
        return state.startsWith(INVALID_AUTHORIZATION) || state.equals(UNKNOWN_DATABASE);
    }
}
