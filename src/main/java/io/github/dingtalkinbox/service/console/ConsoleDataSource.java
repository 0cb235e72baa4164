package io.github.dingtalkinbox.service.console;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.DataSourceUnwrapper;

/**
 * Where the console has its connections from: a small pool of its own, so that people who look take none from the
 * callbacks. It has no connection while nobody looks. Data sources other than Hikari's are used as they are.
 */
final class ConsoleDataSource implements AutoCloseable {
    private static final int CONNECTIONS = 3;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    /** The time after which a connection that is silent is given up: for callbacks. A check of all seals is silent longer. */
    private static final String SOCKET_TIMEOUT = "socketTimeout";

    private final DataSource source;
    private final @Nullable HikariDataSource own;

    private ConsoleDataSource(DataSource source, @Nullable HikariDataSource own) {
        this.source = source;
        this.own = own;
    }

    static ConsoleDataSource beside(DataSource service) {
        HikariDataSource pool = DataSourceUnwrapper.unwrap(service, HikariConfigMXBean.class, HikariDataSource.class);
        if (pool == null) {
            return new ConsoleDataSource(service, null);
        }
        HikariConfig config = new HikariConfig();
        pool.copyStateTo(config);
        Properties driver = new Properties();
        driver.putAll(pool.getDataSourceProperties());
        driver.remove(SOCKET_TIMEOUT);
        driver.put("ApplicationName", driver.getProperty("ApplicationName", "dingtalk-inbox") + " console");
        config.setDataSourceProperties(driver);
        config.setPoolName("console");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE.toMillis());
        config.setConnectionTimeout(LONGEST_WAIT.toMillis());
        config.setInitializationFailTimeout(-1);
        HikariDataSource own = new HikariDataSource(config);
        return new ConsoleDataSource(own, own);
    }

    DataSource get() {
        return source;
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
