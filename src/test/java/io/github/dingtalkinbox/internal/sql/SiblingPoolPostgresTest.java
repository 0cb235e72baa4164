package io.github.dingtalkinbox.internal.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

@Postgres
class SiblingPoolPostgresTest {
    private final HikariDataSource application;

    SiblingPoolPostgresTest(TestDatabase database) {
        this.application = application(database);
    }

    @Test
    void itsSessionsBearItsNameAndWaitAsLongAsTheyMust() {
        try (application;
                SiblingPool sibling = SiblingPool.beside(application)
                        .named("reports")
                        .size(1)
                        .unhurried(Duration.ofSeconds(7))
                        .build()) {
            HikariDataSource own = (HikariDataSource) sibling.get();
            assertThat(sibling.isOwn()).isTrue();
            assertThat(own.getDataSourceProperties()).doesNotContainKey("socketTimeout");
            assertThat(own.getConnectionTimeout()).isEqualTo(7000);
            assertThat(name(own)).isEqualTo("orders reports");
        }
    }

    @Test
    void thePoolOfTheApplicationStaysAsItIs() {
        try (application;
                SiblingPool first = SiblingPool.beside(application)
                        .named("first")
                        .unhurried(Duration.ofSeconds(7))
                        .build();
                SiblingPool second =
                        SiblingPool.beside(application).named("second").build()) {
            assertThat(name(first.get())).isEqualTo("orders first");
            assertThat(name(second.get())).isEqualTo("orders second");
            assertThat(name(application)).isEqualTo("orders");
            assertThat(application.getDataSourceProperties()).containsEntry("socketTimeout", "60");
        }
    }

    @Test
    void aPoolWithinAWrapperIsFoundAndNoOther() {
        DelegatingDataSource wrapper = new DelegatingDataSource(application);
        DelegatingDataSource other = new DelegatingDataSource(application) {
            @Override
            public boolean isWrapperFor(Class<?> type) {
                return false;
            }
        };
        try (application;
                SiblingPool sibling = SiblingPool.beside(wrapper).named("x").build();
                SiblingPool none = SiblingPool.beside(other).named("x").build()) {
            assertThat(sibling.isOwn()).isTrue();
            assertThat(none.isOwn()).isFalse();
            assertThat(none.get()).isSameAs(other);
        }
    }

    private static HikariDataSource application(TestDatabase database) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.jdbcUrl());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.addDataSourceProperty("ApplicationName", "orders");
        config.addDataSourceProperty("socketTimeout", "60");
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    private static String name(DataSource dataSource) {
        return JdbcClient.create(dataSource)
                .sql("select current_setting('application_name')")
                .query(String.class)
                .single();
    }
}
