package io.github.dingtalkinbox.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.alibaba.druid.pool.DruidDataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.internal.sql.SiblingPool;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.sql.UselessConnections;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionOperations;

/** Sessions that a pool keeps although they cannot write, as those to a server that has become a standby. */
@Postgres
class ReadOnlySessionPostgresTest {
    private static final int CONNECTIONS = 3;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final TimeLimits timeLimits = new TimeLimits();
    private final TestDatabase database;

    ReadOnlySessionPostgresTest(TestDatabase database) {
        this.database = database;
    }

    private enum Pool {
        HIKARI {
            @Override
            DataSource open(TestDatabase database) {
                HikariConfig config = new HikariConfig();
                config.setJdbcUrl(database.jdbcUrl());
                config.setUsername(database.user());
                config.setPassword(database.password());
                config.setMaximumPoolSize(CONNECTIONS);
                return new HikariDataSource(config);
            }
        },
        DRUID {
            @Override
            DataSource open(TestDatabase database) {
                DruidDataSource pool = new DruidDataSource();
                pool.setUrl(database.jdbcUrl());
                pool.setUsername(database.user());
                pool.setPassword(database.password());
                pool.setMaxActive(CONNECTIONS);
                return pool;
            }
        };

        abstract DataSource open(TestDatabase database);
    }

    @BeforeEach
    void createTable() {
        database.jdbc().sql("create table if not exists written (what text)").update();
        database.jdbc().sql("truncate written").update();
    }

    @AfterEach
    void stop() {
        timeLimits.close();
        threads.shutdownNow();
    }

    /** Hikari's pool can be told to replace all of them, and others drop one with every try. */
    @ParameterizedTest
    @CsvSource({"HIKARI, 0", "DRUID, 1"})
    void areReplacedAtTheFirstWriteThatTheyRefuse(Pool kind, int mostRefused) throws Exception {
        DataSource pool = kind.open(database);
        try {
            ProvenTransactions transactions = transactions(pool, () -> {});
            write(transactions, pool);
            becomeReadOnly(pool);

            int refused = 0;
            for (int i = 0; i < 10; i++) {
                try {
                    write(transactions, pool);
                } catch (DatabaseUnavailable e) {
                    refused++;
                }
            }

            assertThat(refused).isLessThanOrEqualTo(mostRefused);
            assertThat(database.jdbc()
                            .sql("select count(*) from written")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(1 + 10 - refused);
        } finally {
            ((AutoCloseable) pool).close();
        }
    }

    /** As the workers' claims, and the jobs that have a pool of their own. */
    @Test
    void ordinaryTransactionsReplaceThemAsWell() throws Exception {
        try (HikariDataSource pool = (HikariDataSource) Pool.HIKARI.open(database);
                SiblingPool sibling =
                        SiblingPool.beside(pool).named("test").size(1).build()) {
            TransactionOperations transactions =
                    UselessConnections.discardedIfReadOnly(pool, new JdbcTransactionManager(pool));
            becomeReadOnly(pool);
            assertThatThrownBy(() -> transactions.execute(status -> insert(pool)))
                    .isInstanceOf(DataAccessException.class)
                    .matches(SqlStates::isReadOnly);
            assertThatCode(() -> transactions.execute(status -> insert(pool))).doesNotThrowAnyException();

            becomeReadOnly(sibling.get());
            assertThatThrownBy(() -> insert(sibling.get())).matches(SqlStates::isReadOnly);
            assertThatCode(() -> insert(sibling.get())).doesNotThrowAnyException();
        }
    }

    @Test
    void aNewSessionThatIsNotFitIsRefusedAndReplaced() throws Exception {
        try (HikariDataSource pool = (HikariDataSource) Pool.HIKARI.open(database)) {
            AtomicBoolean isFit = new AtomicBoolean();
            ProvenTransactions transactions = transactions(pool, () -> {
                if (!isFit.get()) {
                    throw new ConfigurationProblem("It has changed.", "Change it back.");
                }
            });

            assertThatThrownBy(() -> write(transactions, pool))
                    .isInstanceOf(DatabaseUnavailable.class)
                    .hasRootCauseMessage("It has changed.");
            isFit.set(true);
            write(transactions, pool);
            isFit.set(false); // what has been found fit is not checked again
            write(transactions, pool);
        }
    }

    private ProvenTransactions transactions(DataSource pool, Runnable requireFitSession) {
        return new ProvenTransactions(
                pool, new JdbcTransactionManager(pool), threads, Duration.ofSeconds(20), timeLimits, requireFitSession);
    }

    private static void write(ProvenTransactions transactions, DataSource pool) throws Exception {
        transactions
                .start(List.of(), Duration.ofSeconds(20), task -> insert(pool), Function.identity())
                .await();
    }

    private static int insert(DataSource pool) {
        return JdbcClient.create(pool)
                .sql("insert into written values ('once')")
                .update();
    }

    /** All the sessions that the pool may have at once. */
    private static void becomeReadOnly(DataSource pool) throws SQLException {
        int most = pool instanceof HikariDataSource hikari ? hikari.getMaximumPoolSize() : CONNECTIONS;
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < most; i++) {
                Connection connection = pool.getConnection();
                all.add(connection);
                try (var statement = connection.createStatement()) {
                    statement.execute("set default_transaction_read_only = on");
                }
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }
}
