package io.github.dingtalkinbox.internal.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A small pool to the database of the application's data source, so that what runs besides takes no connection from the
 * callbacks, and a pool that is busy holds it up no more. It has no connection while there is nothing to do. Data sources
 * other than Hikari's are used as they are.
 */
public final class SiblingPool implements AutoCloseable {
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** The time after which a connection that is silent is given up. */
    private static final String SOCKET_TIMEOUT = "socketTimeout";

    private static final String APPLICATION_NAME = "ApplicationName";

    private final DataSource source;
    private final @Nullable HikariDataSource own;

    private SiblingPool(DataSource source, @Nullable HikariDataSource own) {
        this.source = source;
        this.own = own;
    }

    public static Builder beside(DataSource application) {
        return new Builder(application);
    }

    /** What to take connections from. */
    public DataSource get() {
        return source;
    }

    /** Whether it is a pool; if not, it is the data source of the application. */
    public boolean isOwn() {
        return own != null;
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }

    /** The pool of a data source, as far as that says that it is one of Hikari's or wraps one: null if not. */
    public static @Nullable HikariDataSource hikari(DataSource dataSource) {
        try {
            return dataSource.isWrapperFor(HikariDataSource.class) ? dataSource.unwrap(HikariDataSource.class) : null;
        } catch (SQLException e) {
            throw new IllegalStateException("The data source does not say what it is", e);
        }
    }

    /** For one thread. */
    public static final class Builder {
        private final DataSource application;
        private final @Nullable HikariDataSource pool;
        private final HikariConfig config = new HikariConfig();
        private final Properties driver = new Properties();

        private Builder(DataSource application) {
            this.application = application;
            this.pool = hikari(application);
            if (pool != null) {
                // Not by copyStateTo(): then both would have the same driver properties, and a change of those of one
                // would be one of the other's.
                config.setDataSource(pool.getDataSource());
                config.setDataSourceClassName(pool.getDataSourceClassName());
                config.setJdbcUrl(pool.getJdbcUrl());
                if (pool.getDriverClassName() != null) {
                    config.setDriverClassName(pool.getDriverClassName());
                }
                config.setCatalog(pool.getCatalog());
                config.setSchema(pool.getSchema());
                config.setConnectionInitSql(pool.getConnectionInitSql());
                config.setConnectionTimeout(pool.getConnectionTimeout());
                login(pool.getUsername(), pool.getPassword());
                driver.putAll(pool.getDataSourceProperties());
            }
            config.setExceptionOverrideClassName(EvictReadOnly.class.getName());
            config.setMinimumIdle(0);
            config.setIdleTimeout(IDLE.toMillis());
            config.setInitializationFailTimeout(-1);
        }

        /** The pool, and after the name of the application its sessions. */
        public Builder named(String name) {
            config.setPoolName(name);
            driver.put(APPLICATION_NAME, driver.getProperty(APPLICATION_NAME, "dingtalk-inbox") + " " + name);
            return this;
        }

        public Builder size(int connections) {
            config.setMaximumPoolSize(connections);
            return this;
        }

        /** Instead of the application's. */
        public Builder login(@Nullable String username, @Nullable String password) {
            config.setUsername(username);
            config.setPassword(password);
            return this;
        }

        /**
         * For statements that are silent for longer than those of callbacks may be.
         *
         * @param longestWait for a connection
         */
        public Builder unhurried(Duration longestWait) {
            config.setConnectionTimeout(longestWait.toMillis());
            driver.remove(SOCKET_TIMEOUT);
            return this;
        }

        /** Opens no connection yet. */
        public SiblingPool build() {
            if (pool == null) {
                return new SiblingPool(application, null);
            }
            config.setDataSourceProperties(driver);
            HikariDataSource own = new HikariDataSource(config);
            return new SiblingPool(own, own);
        }
    }
}
