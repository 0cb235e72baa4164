package io.github.dingtalkinbox.internal.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alibaba.druid.pool.DruidDataSource;
import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/** Pools of all makes, none of which is asked for a connection. */
class ConnectionPoolTest {
    private static final int WORKERS = 4;

    @Test
    void hikariSaysHowManyItHas() {
        HikariDataSource pool = new HikariDataSource();
        pool.setMaximumPoolSize(23);

        assertThat(size(pool, null)).isEqualTo(23);
        assertThat(size(new LazyConnectionDataSourceProxy(pool), null)).isEqualTo(23);
    }

    @Test
    void dbcpSaysHowManyItHas() {
        BasicDataSource pool = new BasicDataSource();
        pool.setMaxTotal(23);

        assertThat(size(pool, null)).isEqualTo(23);
    }

    @Test
    void tomcatsSaysHowManyItHas() {
        var pool = new org.apache.tomcat.jdbc.pool.DataSource();
        pool.setMaxActive(23);

        assertThat(size(pool, null)).isEqualTo(23);
    }

    @Test
    void aPoolWithoutALimitNeedsOne() {
        BasicDataSource pool = new BasicDataSource();
        pool.setMaxTotal(-1);

        assertThatThrownBy(() -> size(pool, null))
                .hasMessageContaining("does not tell how many connections it may have");
        assertThat(size(pool, 30)).isEqualTo(30);
    }

    @Test
    void druidDoesNotSaySoThatThePropertyMust() {
        DruidDataSource pool = new DruidDataSource();
        pool.setMaxActive(50);

        assertThatThrownBy(() -> size(pool, null)).isInstanceOfSatisfying(ConfigurationProblem.class, problem -> {
            assertThat(problem.description()).contains(DruidDataSource.class.getName());
            assertThat(problem.action()).contains("inbox.connections", "spring.datasource.druid.max-active");
        });
        assertThat(size(pool, 50)).isEqualTo(50);
    }

    @Test
    void thePropertyMayUseLessOfAKnownPoolButNotMoreThanThereAre() {
        HikariDataSource pool = new HikariDataSource();
        pool.setMaximumPoolSize(20);

        assertThat(size(pool, 12)).isEqualTo(12);
        assertThatThrownBy(() -> size(pool, 21))
                .hasMessageContaining("inbox.connections is 21")
                .hasMessageContaining("20");
    }

    @Test
    void theApplicationMayKeepAnotherShareThanAQuarter() {
        HikariDataSource pool = new HikariDataSource();
        pool.setMaximumPoolSize(20);

        assertThat(share(pool, new DatabaseProperties(null, null, null, 11)).application())
                .isEqualTo(11);
    }

    private static int size(DataSource pool, @Nullable Integer property) {
        return share(pool, new DatabaseProperties(null, null, property, null)).all();
    }

    /** With what Spring Boot knows of pools. */
    private static ConnectionShares share(DataSource pool, DatabaseProperties properties) {
        ConnectionShares[] shares = new ConnectionShares[1];
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
                .withBean(DataSource.class, () -> pool)
                .run(context -> shares[0] = new ConnectionPool(
                                pool,
                                properties,
                                context.getBeanProvider(DataSourcePoolMetadataProvider.class)
                                        .orderedStream()
                                        .toList())
                        .share(WORKERS));
        return shares[0];
    }
}
