package io.github.dingtalkinbox.internal.telemetry.health;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.DataSourceUnwrapper;

/**
 * A connection to the application's database beside its pool: a pool that is busy says nothing about the database, and a
 * check that hangs must not take a connection from the callbacks. Where the pool is none of HikariCP's, there is no such
 * connection to be had, and the pool's are used.
 */
final class OwnConnection implements AutoCloseable {
    private final DataSource source;
    private final @Nullable HikariDataSource own;

    private OwnConnection(DataSource source, @Nullable HikariDataSource own) {
        this.source = source;
        this.own = own;
    }

    /** Opens nothing yet. */
    static OwnConnection beside(DataSource application) {
        HikariDataSource pool =
                DataSourceUnwrapper.unwrap(application, HikariConfigMXBean.class, HikariDataSource.class);
        if (pool == null) {
            return new OwnConnection(application, null);
        }
        HikariConfig config = new HikariConfig();
        // With its connection timeout: HikariCP makes it the login timeout of the whole JVM.
        pool.copyStateTo(config);
        config.setPoolName(pool.getPoolName() + "-health");
        config.setMaximumPoolSize(1);
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        HikariDataSource own = new HikariDataSource(config);
        return new OwnConnection(own, own);
    }

    /** Waits as long as the pool's configuration says. */
    Connection open() throws SQLException {
        return source.getConnection();
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
