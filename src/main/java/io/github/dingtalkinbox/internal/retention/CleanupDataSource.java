package io.github.dingtalkinbox.internal.retention;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where the cleanup has its connections from: a small pool of its own, so that it takes none from the callbacks, may have
 * a role of its own, and has no limit to how long the database may look for what is due. It has no connection while there
 * is nothing to do. Data sources other than Hikari's are used as they are.
 */
final class CleanupDataSource implements AutoCloseable {
    /** One removes, or reads for the archive; the other one extends the lock. */
    private static final int CONNECTIONS = 2;

    private static final Duration IDLE = Duration.ofSeconds(30);

    /** For a new connection: nobody else takes those that there are. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** The time after which a connection that is silent is given up: for callbacks, not for this. */
    private static final String SOCKET_TIMEOUT = "socketTimeout";

    private static final String APPLICATION_NAME = "ApplicationName";

    private final DataSource dataSource;
    private final @Nullable HikariDataSource own;

    private CleanupDataSource(DataSource dataSource, @Nullable HikariDataSource own) {
        this.dataSource = dataSource;
        this.own = own;
    }

    static CleanupDataSource beside(DataSource service, RetentionProperties properties) {
        HikariDataSource pool = pool(service);
        if (pool == null) {
            if (properties.username() != null) {
                throw new IllegalStateException(
                        "inbox.retention.username needs the data source of spring.datasource.url, in"
                                + " whose database the cleanup logs in under another name. This application has one of its own.");
            }
            return new CleanupDataSource(service, null);
        }
        HikariDataSource own = new HikariDataSource(config(pool, properties));
        return new CleanupDataSource(own, own);
    }

    private static HikariConfig config(HikariDataSource pool, RetentionProperties properties) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("cleanup");
        config.setJdbcUrl(pool.getJdbcUrl());
        if (pool.getDriverClassName() != null) {
            config.setDriverClassName(pool.getDriverClassName());
        }
        config.setUsername(properties.username() == null ? pool.getUsername() : properties.username());
        config.setPassword(properties.username() == null ? pool.getPassword() : properties.password());
        config.setSchema(pool.getSchema());
        config.setConnectionInitSql(pool.getConnectionInitSql());
        Properties driver = new Properties();
        driver.putAll(pool.getDataSourceProperties());
        driver.remove(SOCKET_TIMEOUT);
        driver.put(APPLICATION_NAME, driver.getProperty(APPLICATION_NAME, "dingtalk-inbox") + " cleanup");
        config.setDataSourceProperties(driver);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE.toMillis());
        config.setConnectionTimeout(LONGEST_WAIT.toMillis());
        config.setInitializationFailTimeout(-1);
        return config;
    }

    private static @Nullable HikariDataSource pool(DataSource service) {
        try {
            HikariDataSource pool =
                    service.isWrapperFor(HikariDataSource.class) ? service.unwrap(HikariDataSource.class) : null;
            return pool == null || pool.getJdbcUrl() == null ? null : pool;
        } catch (SQLException e) {
            throw new IllegalStateException("The data source does not say what it is", e);
        }
    }

    DataSource get() {
        return dataSource;
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
