package io.github.dingtalkinbox.internal.seal;

import static java.time.temporal.ChronoUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** On a server of its own: prepared transactions are off on most, and roles belong to all databases. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class OpenTransactionsPostgresTest {
    private static final OffsetDateTime NOT_KNOWN = OffsetDateTime.MIN;

    private RestartableServer server;
    private TestDatabase database;
    private SealFixture log;

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        server = RestartableServer.start(directory, Map.of("max_prepared_transactions", "4"));
        database = server.database();
        database.jdbc().sql("create role limited login password 'limited'").update();
        database.jdbc().sql("grant usage on schema inbox to limited").update();
        database.jdbc().sql("create database elsewhere").update();
    }

    @AfterAll
    void stop() throws IOException {
        database.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        log = new SealFixture(database);
    }

    @AfterEach
    void close() {
        log.close();
        // What a test that failed has left prepared would hold up all others.
        for (String gid : database.jdbc()
                .sql("select gid from pg_prepared_xacts where database = current_database()")
                .query(String.class)
                .list()) {
            database.jdbc().sql("rollback prepared '" + gid + "'").update();
        }
    }

    @Test
    void withoutATransactionThereIsNone() {
        assertThat(oldest(session())).isNull();
    }

    @Test
    void itIsTheStartOfTheOldestOne() {
        JdbcClient first = session();
        JdbcClient second = session();
        first.sql("begin").update();
        second.sql("begin").update();
        OffsetDateTime begun =
                first.sql("select now()").query(OffsetDateTime.class).single();
        assertThat(second.sql("select now()").query(OffsetDateTime.class).single())
                .isAfter(begun);

        assertThat(oldest(session())).isEqualTo(begun);
        first.sql("rollback").update();
        assertThat(oldest(session())).isAfter(begun);
        assertThat(oldest(second)).as("the caller's own does not count").isNull();
        second.sql("rollback").update();
        assertThat(oldest(session())).isNull();
    }

    @Test
    void whatThisTransactionHasSeenBeforeIsAskedAgain() {
        JdbcClient asking = session();
        asking.sql("begin").update();
        asking.sql("select count(*) from pg_stat_activity").query(Long.class).single();
        JdbcClient other = session();
        other.sql("begin").update();
        assertThat(oldest(asking)).isNotNull();
        other.sql("rollback").update();
        assertThat(oldest(asking)).isNull();
        asking.sql("rollback").update();
    }

    @Test
    void aPreparedTransactionBeganNobodyKnowsWhen(CapturedOutput output) {
        JdbcClient session = session();
        session.sql("begin").update();
        Instant hour = session.sql("select now()")
                .query(OffsetDateTime.class)
                .single()
                .toInstant()
                .truncatedTo(HOURS);
        log.event("early", "task", hour);
        session.sql(
                        "insert into inbox.processed_events (event_id, app, corp_id, event_type, transport, received_at, payload,"
                                + " payload_sha256) values ('late', 'default', '', 'task', 'http', now(), '{}', sha256(''))")
                .update();
        session.sql("prepare transaction 'forgotten'").update();
        log.clock(hour.plus(Duration.ofHours(9)));

        assertThat(oldest(session())).isEqualTo(NOT_KNOWN);
        assertThat(log.sealer().runOnce()).isZero();
        assertThat(output).contains("Open are [the prepared transaction 'forgotten' (commit or roll it back)]");

        session.sql("commit prepared 'forgotten'").update();
        assertThat(oldest(session())).isNull();
        assertThat(log.sealer().runOnce()).isEqualTo(8);
        assertThat(log.seals()).first().isEqualTo("1 " + hour + " task 2");
    }

    @Test
    void aSessionThatHidesItsStartBeganNobodyKnowsWhen(CapturedOutput output) {
        database.jdbc()
                .sql("alter function inbox.seal_obstacles() owner to limited")
                .update();
        try {
            assertThat(oldest(session()))
                    .as("while the superuser's pool has a session, although without a transaction")
                    .isEqualTo(NOT_KNOWN);
            log.event("1", "task", "2025-03-04T01:00:00Z");
            log.clock("2025-03-04T05:10:00Z");
            assertThat(log.sealer().runOnce()).isZero();
            assertThat(output)
                    .contains("which hides when its transaction began (grant pg_read_all_stats to the owner of");

            database.jdbc().sql("grant pg_read_all_stats to limited").update();
            assertThat(oldest(session())).isNull();
            assertThat(log.sealer().runOnce()).isEqualTo(4);
        } finally {
            database.jdbc().sql("revoke pg_read_all_stats from limited").update();
            database.jdbc()
                    .sql("alter function inbox.seal_obstacles() owner to postgres")
                    .update();
        }
    }

    @Test
    void aSessionThatDoesNotReportItsTransactionsBeganNobodyKnowsWhen() {
        JdbcClient silent = session();
        silent.sql("set track_activities to off").update();
        silent.sql("begin").update();
        assertThat(oldest(session())).isEqualTo(NOT_KNOWN);
        silent.sql("rollback").update();
        silent.sql("reset track_activities").update();
        silent.sql("select 1").query(Integer.class).single();
        assertThat(oldest(session())).isNull();
    }

    @Test
    void anotherDatabaseDoesNotMatter() {
        var elsewhere = new SingleConnectionDataSource(
                database.jdbcUrl().replace("/" + database.name(), "/elsewhere"),
                database.user(),
                database.password(),
                true);
        JdbcClient other = JdbcClient.create(elsewhere);
        other.sql("begin").update();
        other.sql("create table t ()").update();
        other.sql("prepare transaction 'elsewhere'").update();
        other.sql("begin").update();
        assertThat(oldest(session())).isNull();
        other.sql("rollback").update();
        other.sql("rollback prepared 'elsewhere'").update();
        elsewhere.destroy();
    }

    @Test
    void notEverybodyMayAsk() {
        assertThat(database.jdbc()
                        .sql("select has_function_privilege('limited', 'inbox.seal_obstacles()', 'execute')"
                                + " or has_function_privilege('limited', 'inbox.oldest_open_transaction()', 'execute')")
                        .query(Boolean.class)
                        .single())
                .isFalse();
    }

    private JdbcClient session() {
        return JdbcClient.create(log.session());
    }

    private static @Nullable OffsetDateTime oldest(JdbcClient asking) {
        return asking.sql("select inbox.oldest_open_transaction()")
                .query((row, number) -> Optional.ofNullable(row.getObject(1, OffsetDateTime.class)))
                .single()
                .orElse(null);
    }
}
