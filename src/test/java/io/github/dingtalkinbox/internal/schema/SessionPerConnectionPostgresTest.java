package io.github.dingtalkinbox.internal.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.testing.Pooler;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

@Postgres
class SessionPerConnectionPostgresTest {
    private static final int STARTS = 20;

    private final TestDatabase database;

    SessionPerConnectionPostgresTest(TestDatabase database) {
        this.database = database;
    }

    @Test
    void theServerItselfIsAcceptedAndItsSessionsAreLeftAsTheyWere() throws Exception {
        try (HikariDataSource pool = pool(database.jdbcUrl(), true)) {
            List<String> before = sessions(pool);

            for (int start = 0; start < STARTS; start++) {
                new SessionPerConnection(pool).require();
            }

            assertThat(sessions(pool)).containsExactlyInAnyOrderElementsOf(before);
        }
    }

    @Test
    void aPoolWithoutAutoCommitIsAccepted() {
        try (HikariDataSource pool = pool(database.jdbcUrl(), false)) {
            assertThatCode(() -> new SessionPerConnection(pool).require()).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TRANSACTION, true, ''",
        "TRANSACTION_ROUND_ROBIN, false, ?prepareThreshold=0",
        "STATEMENT, true, ''",
        "STATEMENT, false, ''"
    })
    void aPoolerWithASessionForEachTransactionIsRefused(Pooler.Mode mode, boolean autoCommit, String parameters)
            throws Exception {
        try (Pooler pooler = Pooler.to(database, mode)) {
            for (int start = 0; start < STARTS; start++) {
                try (HikariDataSource pool = pool(pooler.jdbcUrl() + parameters, autoCommit)) {
                    assertThatThrownBy(() -> new Schema(pool).prepare())
                            .isInstanceOfSatisfying(UnsuitableDatabase.class, e -> assertThat(e.action())
                                    .contains("pool_mode = session", "src/docs/poolers.md"))
                            .hasMessageContaining("is not one session of PostgreSQL");
                }
            }
        }
    }

    @Test
    void aPoolerThatGetsInBetweenAfterTheStartIsRefused() throws Exception {
        try (HikariDataSource direct = pool(database.jdbcUrl(), true);
                Pooler pooler = Pooler.to(database, Pooler.Mode.TRANSACTION_ROUND_ROBIN);
                HikariDataSource pooled = pool(pooler.jdbcUrl(), true)) {
            var dataSource = new DelegatingDataSource(direct);
            Schema schema = new Schema(dataSource);
            schema.prepare();
            assertThatCode(schema::requireFitSession).doesNotThrowAnyException();

            dataSource.setTargetDataSource(pooled);

            assertThatThrownBy(schema::requireFitSession)
                    .isInstanceOf(UnsuitableDatabase.class)
                    .hasMessageContaining("something has got in between since the start");
        }
    }

    @Test
    void oneSessionForBothConnectionsIsRefused() {
        var single = new SingleConnectionDataSource(database.jdbcUrl(), database.user(), database.password(), true);
        try (single) {
            assertThatThrownBy(() -> new SessionPerConnection(single).require())
                    .isInstanceOf(UnsuitableDatabase.class)
                    .hasMessageContaining("two connections had one session");
        }
    }

    /** What a transaction finds that comes later on the two connections of a pool. */
    private static List<String> sessions(HikariDataSource pool) throws Exception {
        try (Connection one = pool.getConnection();
                Connection other = pool.getConnection()) {
            return Stream.of(one, other)
                    .map(SessionPerConnectionPostgresTest::session)
                    .toList();
        }
    }

    private static String session(Connection connection) {
        JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
        try {
            return jdbc.sql(
                                    "select concat_ws(' ', pg_backend_pid(), nullif(current_setting('inbox.session', true), ''))")
                            .query(String.class)
                            .single()
                    + " " + connection.getAutoCommit() + " " + connection.getNetworkTimeout();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private HikariDataSource pool(String url, boolean autoCommit) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(2);
        config.setAutoCommit(autoCommit);
        return new HikariDataSource(config);
    }
}
