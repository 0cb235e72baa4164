package io.github.dingtalkinbox.internal.seal;

import static java.time.temporal.ChronoUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.internal.seal.SealedTable.SealedColumn;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Which hours are sealed, when and by whom. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class SealerPostgresTest {
    private final TestDatabase database;
    private final SealFixture log;

    SealerPostgresTest(TestDatabase database) {
        this.database = database;
        this.log = new SealFixture(database);
        // A command that ran before in this process has silenced what is not a warning.
        LoggingSystem.get(getClass().getClassLoader()).setLogLevel(Sealer.class.getName(), LogLevel.INFO);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @ParameterizedTest
    @EnumSource(SealedTable.class)
    void allColumnsAreSealed(SealedTable table) {
        assertThat(log.jdbc()
                        .sql("select attname from pg_attribute where attrelid = cast(:table as regclass)"
                                + " and attnum > 0 and not attisdropped order by attnum")
                        .param("table", "inbox." + table.table())
                        .query(String.class)
                        .list())
                .isEqualTo(table.columns().stream().map(SealedColumn::name).toList());
    }

    @Test
    void everyHourAndTypeIsSealedOnce(CapturedOutput output) {
        log.event("3", "task", "2025-03-04T01:59:59.999999Z");
        log.event("2", "instance", "2025-03-04T01:00:00Z");
        log.event("1", "task", "2025-03-04T01:10:00Z");
        log.event("4", "task", "2025-03-04T03:10:00Z");
        log.clock("2025-03-04T04:05:00Z");

        assertThat(log.sealer().runOnce()).isEqualTo(3);
        assertThat(log.seals())
                .containsExactly(
                        "1 2025-03-04T01:00:00Z instance 1",
                        "2 2025-03-04T01:00:00Z task 2",
                        "3 2025-03-04T02:00:00Z  0",
                        "4 2025-03-04T03:00:00Z task 1");
        assertThat(output)
                .contains("Sealed the hour 2025-03-04T01:00:00Z: 3 events; head 2:")
                .contains("Sealed the hour 2025-03-04T03:00:00Z: 1 events; head " + log.head());

        assertThat(log.sealer().runOnce()).isZero();
        log.clock("2025-03-04T05:05:00Z");
        assertThat(log.sealer().runOnce()).isEqualTo(1);
        assertThat(log.seals()).hasSize(5).last().isEqualTo("5 2025-03-04T04:00:00Z  0");
        assertThat(log.findings().isEmpty()).isTrue();
    }

    /** As the inbox itself writes it: the row of an event, and that of its duplicate. */
    @ParameterizedTest
    @ValueSource(strings = {"processed_events", "duplicate_deliveries"})
    void whatCameByStreamIsSealedAndCannotBeChanged(String table) throws Exception {
        Event event = TestEvents.streamed(TestEvents.approvalFinished("by-stream-" + table));
        Node node = Node.on(database).build();
        node.receive(List.of(event));
        node.receive(List.of(event));
        log.clock(Instant.now().plus(2, HOURS));
        log.seal(SealFixture.KEY);
        assertThat(log.verify()).isEmpty();

        changeTransport(table, event, "stream", "http");
        assertThat(log.verify()).singleElement().asString().startsWith(table).contains("changed or exchanged");
        changeTransport(table, event, "http", "stream");
        assertThat(log.verify()).isEmpty();
    }

    private void changeTransport(String table, Event event, String from, String to) {
        int rows = log.jdbc()
                .sql("update inbox." + table + " set transport = :to where transport = :from and event_id = :id")
                .param("to", to)
                .param("from", from)
                .param("id", event.id())
                .update();
        assertThat(rows).isOne();
    }

    @Test
    void anHourIsLeftAloneForSomeMinutesAfterItsEnd() {
        log.event("1", "task", "2025-03-04T01:10:00Z");
        log.clock("2025-03-04T02:04:59.999Z");
        assertThat(log.sealer().runOnce()).isZero();
        log.clock("2025-03-04T02:05:00Z");
        assertThat(log.sealer().runOnce()).isEqualTo(1);
    }

    @Test
    void theChainBeginsAtOnceAlsoWithoutAnEvent() {
        log.clock("2025-03-04T02:10:00Z");
        log.sealer().runOnce();
        assertThat(log.seals()).containsExactly("1 2025-03-04T01:00:00Z  0");
        log.clock("2025-03-04T02:04:00Z"); // as if set back
        assertThat(log.sealer().runOnce()).isZero();
    }

    @Test
    void whatHasStoppedForDaysCatchesUpHourByHour() {
        log.event("1", "task", "2025-03-04T01:10:00Z");
        log.event("2", "task", "2025-03-06T01:10:00Z");
        log.clock("2025-03-07T01:10:00Z");
        assertThat(log.sealer().runOnce()).isEqualTo(72);
        assertThat(log.seals()).hasSize(72);
        assertThat(log.verify()).isEmpty();
    }

    @Test
    void theHourOfATransactionThatIsOpenIsSealedOnlyOnceItHasEnded() throws SQLException {
        log.event("early", "task", (Instant) null);
        try (Connection handler = database.dataSource().getConnection();
                Statement statement = handler.createStatement()) {
            handler.setAutoCommit(false);
            statement.execute("select 1");
            Instant hour = startOfTransaction(handler).truncatedTo(HOURS);
            log.jdbc()
                    .sql("update inbox.processed_events set processed_at = :at")
                    .param("at", startOfTransaction(handler).atOffset(ZoneOffset.UTC))
                    .update();
            log.clock(hour.plus(Duration.ofHours(5)));

            assertThat(log.sealer().runOnce()).isZero();
            statement.execute(
                    "insert into inbox.processed_events (event_id, app, corp_id, event_type, transport, received_at,"
                            + " payload, payload_sha256) values ('late', 'default', '', 'task', 'http', now(), '{}', sha256(''))");
            assertThat(log.sealer().runOnce()).isZero();
            handler.commit();

            assertThat(log.sealer().runOnce()).isEqualTo(4);
            assertThat(log.seals().get(0)).isEqualTo("1 " + hour + " task 2");
            assertThat(log.verify()).isEmpty();
            handler.setAutoCommit(true);
        }
    }

    @Test
    void aTransactionThatBeganAfterTheHourDoesNotHoldItUp() throws SQLException {
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            Instant hour = startOfTransaction(other).truncatedTo(HOURS);
            log.event("1", "task", hour.minusSeconds(1));
            log.clock(hour.plus(Duration.ofHours(5)));

            assertThat(log.sealer().runOnce()).isEqualTo(1);
            other.rollback();
            other.setAutoCommit(true);
        }
    }

    @Test
    void whatHoldsSealingUpIsNamed(CapturedOutput output) throws SQLException {
        SingleConnectionDataSource forgotten = log.session("ApplicationName=forgotten%20psql");
        Connection connection = forgotten.getConnection();
        connection.setAutoCommit(false);
        Instant begun = startOfTransaction(connection);
        int pid = JdbcClient.create(forgotten)
                .sql("select pg_backend_pid()")
                .query(Integer.class)
                .single();
        log.event("1", "task", begun);
        Sealer sealer = log.sealer();

        log.clock(begun.truncatedTo(HOURS).plus(Duration.ofMinutes(179)));
        sealer.runOnce();
        assertThat(output).doesNotContain("cannot be sealed yet");
        log.clock(begun.truncatedTo(HOURS).plus(Duration.ofHours(3)));
        sealer.runOnce();
        sealer.runOnce();
        assertThat(output.toString().split("cannot be sealed yet", -1))
                .as("once an hour")
                .hasSize(2);
        assertThat(output)
                .contains("The hour " + begun.truncatedTo(HOURS) + " ended 2 hours ago and cannot be sealed yet")
                .contains("Open are [session " + pid + " (forgotten psql), whose transaction began at " + begun);
        connection.rollback();
    }

    @Test
    void ofTwoNodesTheSecondOneLeavesTheHourToTheFirst() throws Exception {
        log.event("1", "task", "2025-03-04T01:10:00Z");
        log.event("2", "task", "2025-03-04T02:10:00Z");
        log.clock("2025-03-04T03:10:00Z");
        Sealer second = log.sealer();
        try (Connection first = database.dataSource().getConnection();
                Statement statement = first.createStatement()) {
            first.setAutoCommit(false);
            statement.execute(
                    "insert into inbox.event_seals (seal_number, kind, table_name, hour, event_type, row_count, key_id, content,"
                            + " seal) values (1, 'rows', 'processed_events', '2025-03-04T01:00:00Z', 'task', 1, 'a',"
                            + " sha256('x'), sha256('x'))");
            CompletableFuture<Integer> sealed = CompletableFuture.supplyAsync(second::runOnce);
            await().until(() -> waiting() == 1);
            first.commit();
            assertThat(sealed.get()).isZero();
            first.setAutoCommit(true);
        }
        assertThat(log.seals()).containsExactly("1 2025-03-04T01:00:00Z task 1");
    }

    /** Else it would be a seal of two events of which one is gone, and somebody would be suspected. */
    @Test
    void theFirstSealWaitsForWhatTheCleanupIsJustRemovingWithoutOne() throws Exception {
        log.event("1", "task", "2025-03-04T01:10:00Z");
        log.event("2", "task", "2025-03-04T01:20:00Z");
        log.clock("2025-03-04T02:10:00Z");
        Sealer sealer = log.sealer();
        try (Connection cleanup = database.dataSource().getConnection();
                Statement statement = cleanup.createStatement()) {
            cleanup.setAutoCommit(false);
            statement.execute("select inbox.is_never_sealed()");
            statement.execute("delete from inbox.processed_events where event_id = '1'");
            CompletableFuture<Integer> sealed = CompletableFuture.supplyAsync(sealer::runOnce);
            await().until(() -> waiting() == 1);
            cleanup.commit();
            assertThat(sealed.get()).isEqualTo(1);
            cleanup.setAutoCommit(true);
        }
        assertThat(log.seals()).containsExactly("1 2025-03-04T01:00:00Z task 1");
        assertThat(log.verify()).isEmpty();
    }

    @Test
    void manyNodesAtOnceMakeOneChain() throws Exception {
        for (int i = 0; i < 40; i++) {
            log.event(
                    "event-" + i,
                    "type-" + i % 3,
                    Instant.parse("2025-03-04T00:00:00Z").plusSeconds(i * 1000L));
        }
        log.clock("2025-03-05T00:10:00Z");
        int nodes = 4;
        List<Sealer> sealers = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        try {
            for (int i = 0; i < nodes; i++) {
                sealers.add(log.sealer());
            }
            int hours = 0;
            while (hours < 24) {
                List<Future<Integer>> runs = threads.invokeAll(sealers.stream()
                        .map(s -> (Callable<Integer>) s::runOnce)
                        .toList());
                for (Future<Integer> run : runs) {
                    hours += run.get();
                }
            }
            assertThat(hours).isEqualTo(24);
        } finally {
            threads.shutdownNow();
        }
        assertThat(log.verify()).isEmpty();
        assertThat(log.findings().events()).isEqualTo(40);
    }

    @Test
    void whoRemovesTheLastSealsGetsNoOthersMade() {
        log.event("1", "task", "2025-03-04T01:10:00Z");
        log.event("2", "task", "2025-03-04T02:10:00Z");
        log.clock("2025-03-04T03:10:00Z");
        Sealer sealer = log.sealer();
        sealer.runOnce();

        log.jdbc().sql("delete from inbox.event_seals where seal_number = 2").update();
        log.jdbc()
                .sql("delete from inbox.processed_events where event_id = '2'")
                .update();
        assertThatThrownBy(sealer::runOnce)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The seal 2:")
                .hasMessageContaining("is no longer in the database");
        assertThat(log.seals()).hasSize(1);
        assertThat(log.sealer().runOnce()).as("after a restart").isEqualTo(1);
    }

    @Test
    void howFarItIsSealedIsTold() {
        SealLevels levels = new EventSealLevels(log.session(), TestSeals.KEYS);
        log.clock("2025-03-04T05:10:00Z");
        assertThat(levels.read()).isEqualTo(new SealLevels.SealLag(0, Duration.ofMinutes(10)));
        log.event("1", "task", "2025-03-04T01:10:00Z");
        assertThat(levels.read()).isEqualTo(new SealLevels.SealLag(4, Duration.ofMinutes(250)));
        log.sealer().runOnce();
        assertThat(levels.read()).isEqualTo(new SealLevels.SealLag(0, Duration.ofMinutes(10)));
        log.clock("2025-03-04T07:03:00Z");
        assertThat(levels.read()).isEqualTo(new SealLevels.SealLag(1, Duration.ofMinutes(123)));
    }

    /** Otherwise a seal of the year 2030 would say that all is well, for years. */
    @Test
    void sealThatNoKeyProvesCountsForNothing() {
        SealLevels levels = new EventSealLevels(log.session(), TestSeals.KEYS);
        log.event("1", "task", "2025-03-04T01:10:00Z");
        log.clock("2025-03-04T05:10:00Z");
        log.sealer().runOnce();
        log.jdbc()
                .sql(
                        "insert into inbox.event_seals (seal_number, kind, table_name, event_type, hour, row_count, key_id, content,"
                                + " seal) select 99, kind, table_name, event_type, '2030-01-01T00:00:00Z', row_count, key_id, content, seal"
                                + " from inbox.event_seals where seal_number = 1")
                .update();
        log.clock("2025-03-04T09:10:00Z");
        assertThatThrownBy(() -> log.sealer().runOnce())
                .hasMessageContaining("The seal 99 of the hour 2030-01-01T00:00:00Z");
        assertThat(levels.read()).isEqualTo(new SealLevels.SealLag(4, Duration.ofMinutes(250)));

        log.jdbc().sql("delete from inbox.event_seals where seal_number = 99").update();
        log.sealer().runOnce();
        assertThat(levels.read().waiting()).isZero();
    }

    @Test
    void keyThatMadeTheLastSealMustBeKnown() {
        log.clock("2025-03-04T05:10:00Z");
        log.sealer().runOnce();
        log.clock("2025-03-04T07:10:00Z");
        Sealer withoutIt =
                new Sealer(log.session(), new SealKeys(List.of(SealFixture.OTHER_KEY)), new SealHeads(List.of()));
        assertThatThrownBy(withoutIt::runOnce)
                .hasMessageContaining("was made with the key " + SealFixture.KEY.id())
                .hasMessageContaining("inbox.seal.previous-keys");
        assertThat(log.sealer(SealFixture.OTHER_KEY).runOnce()).isEqualTo(2);
        assertThat(log.findings(List.of(), SealFixture.OTHER_KEY, SealFixture.KEY)
                        .findings())
                .isEmpty();
    }

    @Test
    void whatIsStoppedSealsNothing() {
        log.event("1", "task", "2025-03-04T01:10:00Z");
        log.clock("2025-03-04T03:10:00Z");
        Sealer sealer = log.sealer();
        sealer.stop();
        assertThat(sealer.runOnce()).isZero();
    }

    @Test
    void anEventOfNoTypeDoesNotEndTheSealing() {
        log.event("1", "", "2025-03-04T01:10:00Z");
        log.clock("2025-03-04T02:10:00Z");
        log.sealer().runOnce();
        assertThat(log.seals()).containsExactly("1 2025-03-04T01:00:00Z  1");
        assertThat(log.verify()).isEmpty();
    }

    @Test
    void theSealsDoNotDependOnTheSessionAndTheSortOrder() {
        for (String type : List.of("b", "B", "a", "ä", "中", "z", "_a", "𝒂")) {
            for (String id : List.of("x-1", "X_1", "ж", "报销", "x1", "𝒂", "\uffee")) {
                log.event(type + ":" + id, type, "2025-03-04T01:10:00.123456Z");
            }
        }
        log.clock("2025-03-04T02:10:00Z");
        log.sealer().runOnce();
        List<String> here = seals(log.jdbc());

        log.jdbc().sql("truncate inbox.event_seals").update();
        var elsewhere = log.session();
        for (String setting : List.of(
                "timezone to 'Asia/Kathmandu'",
                "datestyle to 'ISO, DMY'",
                "intervalstyle to 'sql_standard'",
                "bytea_output to 'escape'",
                "extra_float_digits to -15")) {
            JdbcClient.create(elsewhere).sql("set " + setting).update();
        }
        new Sealer(elsewhere, TestSeals.KEYS, new SealHeads(List.of())).runOnce();
        assertThat(seals(log.jdbc())).isEqualTo(here);

        log.jdbc().sql("truncate inbox.event_seals").update();
        dropViews();
        sortBy("C"); // the database's own is ICU's of zh-CN
        try {
            log.sealer().runOnce();
            assertThat(seals(log.jdbc())).isEqualTo(here);
            assertThat(log.verify()).isEmpty();
        } finally {
            sortBy("default");
        }
    }

    /** How many sessions wait for a lock. */
    private long waiting() {
        return log.jdbc()
                .sql("select count(*) from pg_locks l join pg_database d on d.datname = current_database()"
                        + " join pg_stat_activity a on a.pid = l.pid and a.datid = d.oid where not granted")
                .query(Long.class)
                .single();
    }

    /** They keep columns from being altered, and no other test here asks them. */
    private void dropViews() {
        log.jdbc()
                .sql(
                        "select format('drop view if exists inbox.%I cascade', viewname) from pg_views where viewname like 'audit\\_%'")
                .query(String.class)
                .list()
                .forEach(drop -> log.jdbc().sql(drop).update());
    }

    private void sortBy(String collation) {
        log.jdbc()
                .sql("alter table inbox.processed_events alter event_id type text collate \"" + collation
                        + "\", alter event_type type text collate \"" + collation + "\"")
                .update();
        log.jdbc()
                .sql("alter table inbox.event_seals alter event_type type text collate \"" + collation + "\"")
                .update();
    }

    private static Instant startOfTransaction(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("select now()")) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private static List<String> seals(JdbcClient jdbc) {
        return jdbc.sql("select seal_number || ' ' || event_type || ' ' || encode(seal, 'hex') from inbox.event_seals"
                        + " order by seal_number")
                .query(String.class)
                .list();
    }
}
