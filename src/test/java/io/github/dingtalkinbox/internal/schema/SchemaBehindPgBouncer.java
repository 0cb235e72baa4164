package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.testing.PgBouncer;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** On a machine that has PgBouncer: {@code .ci/with-pgbouncer}. */
@Postgres
class SchemaBehindPgBouncer {
    private static final int STARTS = 20;
    private static final int SESSIONS = 50;
    private static final int OTHERS = 4;

    private final TestDatabase database;

    SchemaBehindPgBouncer(TestDatabase database) {
        this.database = database;
    }

    @ParameterizedTest
    @CsvSource({
        "transaction, ''",
        "transaction, ?prepareThreshold=0",
        "statement, ''",
        "statement, ?prepareThreshold=0",
    })
    void anIdleOneWithoutSessionsIsRefused(String mode, String parameters) throws IOException {
        try (PgBouncer pgBouncer = PgBouncer.start(database, mode, SESSIONS)) {
            refused(pgBouncer, parameters);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?prepareThreshold=0"})
    void aBusyOneWithoutSessionsIsRefused(String parameters) throws Exception {
        try (PgBouncer pgBouncer = PgBouncer.start(database, "transaction", SESSIONS)) {
            besideOthers(pgBouncer, () -> refused(pgBouncer, parameters));
        }
    }

    @Test
    void oneSessionForBothConnectionsIsRefused() throws IOException {
        try (PgBouncer pgBouncer = PgBouncer.start(database, "transaction", 1);
                HikariDataSource pool = pool(pgBouncer, "")) {
            assertThatThrownBy(() -> new Schema(pool).prepare())
                    .isInstanceOf(UnsuitableDatabase.class)
                    .hasMessageContaining("no answer within 10 s");
        }
    }

    @Test
    void oneWithSessionsIsAccepted() throws Exception {
        try (PgBouncer pgBouncer = PgBouncer.start(database, "session", SESSIONS)) {
            besideOthers(pgBouncer, () -> {
                for (int start = 0; start < STARTS; start++) {
                    try (HikariDataSource pool = pool(pgBouncer, "")) {
                        new Schema(pool).prepare();
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "?options=-c%20statement_timeout=1s, unsupported startup parameter: options",
        "?currentSchema=public, unsupported startup parameter: search_path"
    })
    void aParameterThatItDoesNotTakeIsNamed(String parameters, String says) throws IOException {
        try (PgBouncer pgBouncer = PgBouncer.start(database, "session", SESSIONS);
                HikariDataSource pool = pool(pgBouncer, parameters)) {
            assertThatThrownBy(() -> new Schema(pool).prepare())
                    .isInstanceOfSatisfying(UnsuitableDatabase.class, e -> assertThat(e.action())
                            .contains("ignore_startup_parameters")
                            .doesNotContain("password"))
                    .hasMessageContaining("The pooler in front of the database refused the connection at localhost:")
                    .hasMessageContaining(says);
        }
    }

    @Test
    void aWrongPasswordIsToldApart() throws IOException {
        try (PgBouncer pgBouncer = PgBouncer.start(database, "session", SESSIONS);
                HikariDataSource pool = pool(pgBouncer, "?user=inbox_app&password=wrong")) {
            assertThatThrownBy(() -> new Schema(pool).prepare())
                    .isInstanceOfSatisfying(UnsuitableDatabase.class, e -> assertThat(e.action())
                            .contains("Check spring.datasource.username and .password")
                            .doesNotContain("parameter"))
                    .hasMessageContaining("refused the connection at localhost:");
        }
    }

    private void refused(PgBouncer pgBouncer, String parameters) {
        for (int start = 0; start < STARTS; start++) {
            try (HikariDataSource pool = pool(pgBouncer, parameters)) {
                assertThatThrownBy(() -> new Schema(pool).prepare())
                        .isInstanceOfSatisfying(UnsuitableDatabase.class, e -> assertThat(e.action())
                                .contains("pool_mode = session"))
                        .hasMessageContaining("is not one session of PostgreSQL");
            }
        }
    }

    private void besideOthers(PgBouncer pgBouncer, Runnable action) throws Exception {
        AtomicBoolean isDone = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(OTHERS);
        try (HikariDataSource pool = pool(pgBouncer, "?prepareThreshold=0")) {
            var transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
            List<Future<?>> others = new ArrayList<>();
            for (int i = 0; i < OTHERS; i++) {
                others.add(threads.submit(() -> {
                    while (!isDone.get()) {
                        transaction.executeWithoutResult(status -> JdbcClient.create((DataSource) pool)
                                .sql("select count(*) from pg_class")
                                .query()
                                .singleRow());
                    }
                }));
            }
            try {
                action.run();
            } finally {
                isDone.set(true);
            }
            for (Future<?> other : others) {
                other.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private HikariDataSource pool(PgBouncer pgBouncer, String parameters) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(pgBouncer.jdbcUrl() + parameters);
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(OTHERS);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(2000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }
}
