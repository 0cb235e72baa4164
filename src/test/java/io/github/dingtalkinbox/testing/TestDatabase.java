package io.github.dingtalkinbox.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A database on the test server.
 *
 * @param jdbcUrl without credentials
 */
public record TestDatabase(String jdbcUrl, String user, String password, HikariDataSource dataSource)
        implements AutoCloseable {
    private static final int CONNECTIONS = 16;

    static TestDatabase open(String jdbcUrl, String user, String password) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        // Else the driver asks for the JVM's, whatever the database is set to.
        config.setConnectionInitSql("set timezone = 'America/Los_Angeles'");
        config.setInitializationFailTimeout(-1);
        return new TestDatabase(jdbcUrl, user, password, new HikariDataSource(config));
    }

    /** The same database with another pool. */
    public TestDatabase another() {
        return open(jdbcUrl, user, password);
    }

    /** The same database as one of the roles of {@link Roles}. */
    public TestDatabase as(String role) {
        return open(jdbcUrl, role, Roles.PASSWORD);
    }

    /** Another database of the server, as the same user. */
    public TestDatabase neighbour(String name) {
        return neighbour(name, user);
    }

    /** Another database of the server, as a user without a password of its own. */
    public TestDatabase neighbour(String name, String user) {
        return open(jdbcUrl.replace("/" + name(), "/" + name), user, password);
    }

    /** The server's maintenance database. */
    public TestDatabase maintenance() {
        return neighbour("postgres");
    }

    public String name() {
        return jdbcUrl.substring(jdbcUrl.lastIndexOf('/') + 1);
    }

    public JdbcClient jdbc() {
        return JdbcClient.create((DataSource) dataSource);
    }

    /** Its sessions that wait for a lock. */
    public List<Integer> lockWaits() {
        return jdbc().sql(
                        "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                .query(Integer.class)
                .list();
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
