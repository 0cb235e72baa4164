package io.github.dingtalkinbox.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The functions in the database let nobody remove what must stay, whoever calls them, and however. */
@Postgres
class CleanupFunctionsPostgresTest {
    private final JdbcClient jdbc;
    private final History history;
    private final UUID run = UUID.randomUUID();

    CleanupFunctionsPostgresTest(TestDatabase database) {
        this.jdbc = database.jdbc();
        this.history = new History(database);
    }

    @BeforeEach
    void start() {
        history.empty();
        jdbc.sql("select inbox.cleanup_start(:run, 'maria', 'here/1', 'too much of it')")
                .param("run", run)
                .query()
                .singleRow();
    }

    @Test
    void youngDayIsRefused() {
        history.events(1, "a", 10).seal();
        assertThat(state(() -> begin("processed_events", 1, "a"))).isEqualTo("IN001");
        assertThat(state(() -> remove("events", 1, 100, "a"))).isEqualTo("IN001");
        assertThat(history.count("processed_events")).isEqualTo(10);
    }

    @Test
    void dayWithinTheLargestGapIsRefused() {
        history.events(20, "a", 10)
                .events(9, "a", 10)
                .duplicates(20, "a", Duration.ofDays(10))
                .seal();
        assertThat(state(() -> begin("processed_events", 9, "a"))).isEqualTo("IN001");
        begin("processed_events", 20, "a");
        assertThat(remove("events", 20, 100, "a")).isEqualTo(10);
        // DingTalk has been later than ever, in the middle of it.
        history.events(60, "a", 1).duplicates(60, "a", Duration.ofDays(40));
        assertThat(state(() -> remove("events", 20, 100, "a"))).isEqualTo("IN001");
    }

    @Test
    void dayWithinAnOpenWindowIsRefused() {
        history.events(9, "a", 10).seal();
        jdbc.sql("insert into inbox.identity_windows values ('x', '', now(), interval '10 days')")
                .update();
        assertThat(state(() -> begin("processed_events", 9, "a"))).isEqualTo("IN001");
    }

    @Test
    void unsealedDayIsRefused() {
        history.events(40, "a", 10).seal();
        jdbc.sql("delete from inbox.event_seals where hour >= :last")
                .param(
                        "last",
                        OffsetDateTime.ofInstant(history.day(39), ZoneOffset.UTC)
                                .minusHours(1))
                .update();
        assertThat(state(() -> begin("processed_events", 40, "a")))
                .as("the last hour of the day")
                .isEqualTo("IN002");
        assertThat(history.count("event_seals", "kind = 'removal'")).isZero();
    }

    @Test
    void whereNothingWasEverSealedADayNeedsNoSeals() {
        history.events(40, "a", 10).events(1, "a", 10).queued(1, "a", "dead", 1);
        begin("processed_events", 40, "a");
        assertThat(remove("events", 40, 6, "a")).isEqualTo(6);
        assertThat(history.count("cleanup_runs", "unsealed and event_type = 'a' and rows_removed = 6"))
                .isEqualTo(1);
        assertThat(state(() -> begin("processed_events", 1, "a")))
                .as("it is old enough all the same")
                .isEqualTo("IN001");
        history.events(41, "a", 1);
        jdbc.sql("update inbox.queued_events set event_id = 'a-41-0'").update();
        assertThat(state(() -> begin("processed_events", 41, "a")))
                .as("it does not wait in the queue either")
                .isEqualTo("IN004");
    }

    @Test
    void firstSealEndsTheRemovalWithoutSeals() {
        history.events(40, "a", 10);
        begin("processed_events", 40, "a");
        assertThat(remove("events", 40, 6, "a")).isEqualTo(6);
        history.seal();
        assertThat(state(() -> remove("events", 40, 6, "a"))).isEqualTo("IN002");
        assertThat(history.count("processed_events")).isEqualTo(4);
    }

    @Test
    void sealsThatWereTakenAwayAreNotDoneWithout() {
        history.events(40, "a", 10).seal();
        begin("processed_events", 40, "a");
        jdbc.sql("truncate inbox.event_seals").update();
        assertThat(state(() -> remove("events", 40, 6, "a"))).isEqualTo("IN002");
    }

    @Test
    void hourWithoutASealOfTheTypeIsRefused() {
        history.events(40, "a", 10).seal().events(40, "late", 1);
        assertThat(state(() -> begin("processed_events", 40, "late"))).isEqualTo("IN002");
        assertThat(state(() -> begin("processed_events", 40, "a", "late"))).isEqualTo("IN002");
        begin("processed_events", 40, "a");
    }

    @Test
    void dayThatIsNotWhatWasSealedIsRefused() {
        history.events(40, "a", 10).events(41, "a", 10).seal();
        jdbc.sql("delete from inbox.processed_events where event_id = 'a-40-3'").update();
        jdbc.sql("""
                        insert into inbox.processed_events (event_id, app, corp_id, event_type, transport, received_at, processed_at,
                                                      payload, payload_sha256)
                        select 'added', app, corp_id, event_type, transport, received_at, processed_at, payload,
                               payload_sha256
                          from inbox.processed_events where event_id = 'a-41-3'
                        """).update();
        assertThat(state(() -> begin("processed_events", 40, "a"))).isEqualTo("IN003");
        assertThat(state(() -> begin("processed_events", 41, "a"))).isEqualTo("IN003");
        assertThat(history.count("processed_events")).isEqualTo(20);
        assertThat(history.count("event_seals", "kind = 'removal'")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"event_id = 'a-40-4'", "natural_key = 'key-a-40-3'"})
    void eventThatStillWaitsInTheQueueIsRefused(String which) {
        history.events(40, "a", 10).seal().queued(1, "a", "dead", 1);
        jdbc.sql("update inbox.queued_events set " + which).update();
        assertThat(state(() -> begin("processed_events", 40, "a"))).isEqualTo("IN004");
    }

    @Test
    void nothingGoesThatWasNotBegun() {
        history.events(40, "a", 10).events(40, "b", 10).events(41, "a", 10).seal();
        begin("processed_events", 40, "a");
        assertThat(state(() -> remove("events", 41, 100, "a"))).isEqualTo("IN005");
        assertThat(state(() -> remove("events", 40, 100, "a", "b"))).isEqualTo("IN005");
        assertThat(state(() -> remove("events", 40, 100))).isEqualTo("IN005");
        jdbc.sql("select inbox.cleanup_end(:run, 'completed', null)")
                .param("run", run)
                .query()
                .singleRow();
        assertThat(state(() -> begin("processed_events", 41, "a"))).isEqualTo("IN005");
    }

    /** Whoever has the password of the cleanup, but not the key, can begin with a day, and then removes nothing. */
    @Test
    void removalThatIsNotSealedIsRefused() {
        history.events(40, "a", 10).duplicates(40, "a", Duration.ofSeconds(1)).seal();
        begin("processed_events", 40, "a");
        begin("duplicate_deliveries", 40, "a");
        jdbc.sql("delete from inbox.event_seals where kind = 'removal'").update();
        assertThat(state(() -> remove("events", 40, 100, "a"))).isEqualTo("IN002");
        assertThat(state(() -> remove("duplicates", 40, 100, "a"))).isEqualTo("IN002");
    }

    @Test
    void holdThatIsPlacedMeanwhileStopsTheRemoval() {
        history.events(40, "a", 10).seal();
        begin("processed_events", 40, "a");
        assertThat(remove("events", 40, 3, "a")).isEqualTo(3);
        jdbc.sql("insert into inbox.legal_holds (event_type, operator, origin, reason) values ('b', 'm', 'h', 'court')")
                .update();
        assertThat(state(() -> remove("events", 40, 3, "a"))).isEqualTo("IN008");
        assertThat(history.count("processed_events")).isEqualTo(7);
    }

    /** As a role could that may insert into cleanup_runs, and call the functions. */
    @Test
    void beginningByHandDoesNotReplaceTheSeals() {
        history.events(40, "a", 10);
        jdbc.sql("""
                        insert into inbox.cleanup_runs (run_id, table_name, event_type, day, operator, origin, reason)
                        values (:run, 'processed_events', 'a', :day, 'x', 'x', 'x')
                        """)
                .param("run", run)
                .param("day", OffsetDateTime.ofInstant(history.day(40), ZoneOffset.UTC))
                .update();
        assertThat(state(() -> remove("events", 40, 100, "a"))).isEqualTo("IN002");
    }

    @Test
    void moreThanWasArchivedIsRefused() {
        history.events(40, "a", 10).seal();
        begin("processed_events", 40, "file", 9L, "a");
        assertThat(remove("events", 40, 5, "a")).isEqualTo(5);
        assertThat(state(() -> remove("events", 40, 5, "a"))).isEqualTo("IN006");
        assertThat(history.count("processed_events")).isEqualTo(5);
    }

    @Test
    void batchIsBounded() {
        history.events(40, "a", 20).seal();
        begin("processed_events", 40, "a");
        assertThat(remove("events", 40, 3, "a")).isEqualTo(3);
        assertThat(state(() -> remove("events", 40, 10_001, "a"))).isEqualTo("IN007");
        assertThat(state(() -> remove("events", 40, 0, "a"))).isEqualTo("IN007");
        assertThat(history.count("processed_events")).isEqualTo(17);
    }

    @Test
    void onlyTheTablesOfTheCleanupAndWholeDaysAreKnown() {
        assertThat(state(() -> begin("approval_instances", 40, "a"))).isEqualTo("IN007");
        assertThat(state(() -> jdbc.sql(
                                "select inbox.cleanup_begin(:run, 'processed_events', '{a}', now() - interval '99 days',"
                                        + " null, '{null}', null, 0)")
                        .param("run", run)
                        .query()
                        .singleRow()))
                .isEqualTo("IN007");
    }

    @Test
    void nobodyMayCallThemUnlessToldTo() {
        assertThat(jdbc.sql("""
                                select proname
                                  from pg_proc
                                 where pronamespace = 'inbox'::regnamespace
                                   and (proname like 'cleanup\\_%' or proname in ('require_removable_day', 'require_begun',
                                        'is_never_sealed', 'note_removed', 'remove_accepted_events'))
                                   and (exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner)))
                                                 where grantee = 0)
                                        or not proconfig @> array['search_path=pg_catalog, inbox, pg_temp', 'lock_timeout=200ms']
                                        or prosecdef <> (proname like 'cleanup\\_%'))
                                """).query(String.class).list()).isEmpty();
    }

    private void begin(String table, int daysAgo, String... types) {
        begin(table, daysAgo, null, null, types);
    }

    private void begin(
            String table,
            int daysAgo,
            @org.jspecify.annotations.Nullable String file,
            @org.jspecify.annotations.Nullable Long rows,
            String... types) {
        jdbc.sql(
                        "select inbox.cleanup_begin(:run, :table, :types, :day, :file, array_fill(cast(:rows as bigint), array[:n]),"
                                + " case when cast(:file as text) is not null then sha256('') end, inbox.cleanup_holds())")
                .param("run", run)
                .param("table", table)
                .param("types", types)
                .param("day", OffsetDateTime.ofInstant(history.day(daysAgo), ZoneOffset.UTC))
                .param("file", file, java.sql.Types.VARCHAR)
                .param("rows", rows, java.sql.Types.BIGINT)
                .param("n", types.length)
                .query()
                .singleRow();
        sealRemoval(table, daysAgo, types);
    }

    /** As whoever has a key does it. */
    private void sealRemoval(String table, int daysAgo, String... types) {
        jdbc.sql("""
                        insert into inbox.event_seals
                               (seal_number, kind, table_name, event_type, hour, row_count, run_id, key_id, content, seal)
                        select max(seal_number) + row_number() over (), 'removal', :table, t, :day, 0, :run, 'key', '', sha256('')
                          from inbox.event_seals cross join unnest(:types) t
                         group by t
                        """)
                .param("run", run)
                .param("table", table)
                .param("types", types)
                .param("day", OffsetDateTime.ofInstant(history.day(daysAgo), ZoneOffset.UTC))
                .update();
    }

    private long remove(String what, int daysAgo, int batch, String... types) {
        return jdbc.sql("select removed from inbox.cleanup_remove_" + what + "(:run, :types, :day, null, :batch)")
                .param("run", run)
                .param("types", types)
                .param("day", OffsetDateTime.ofInstant(history.day(daysAgo), ZoneOffset.UTC))
                .param("batch", batch)
                .query(Long.class)
                .single();
    }

    private static String state(ThrowingCallable call) {
        List<String> state = new java.util.ArrayList<>();
        assertThatThrownBy(call)
                .rootCause()
                .isInstanceOfSatisfying(PSQLException.class, e -> state.add(String.valueOf(e.getSQLState())));
        return state.get(0);
    }
}
