package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What a search reads does not grow with the log, by PostgreSQL's own counts: 10 million rows are as fast. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class SearchBoundsPostgresTest {
    private static final int EVENTS = 5 * Scan.MOST;
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
    private static final int ROWS = 50;
    private static final String SMALLEST_DELIVERY = "00000000-0000-0000-0000-000000000000";
    /** After so many times, a statement may have been planned for whatever its parameters are. */
    private static final int TIMES = 12;

    private static final String BLOCKS = """
            select sum(heap_blks_read + heap_blks_hit + idx_blks_read + idx_blks_hit) from pg_statio_user_tables
             where relname in ('processed_events', 'duplicate_deliveries')
            """;

    private static final String ROWS_OF_TABLES = """
            select sum(idx_tup_fetch) from pg_stat_user_tables
             where relname in ('processed_events', 'duplicate_deliveries')
            """;

    private final SingleConnectionDataSource connection;
    private final JdbcClient jdbc;
    private final AuditEvents events;
    private final AuditDuplicates duplicates;

    SearchBoundsPostgresTest(TestDatabase database) {
        // One connection, whose reading can be counted once it has reported it.
        this.connection =
                new SingleConnectionDataSource(database.jdbcUrl(), database.user(), database.password(), true);
        this.jdbc = JdbcClient.create(connection);
        this.events = new AuditEvents(jdbc);
        this.duplicates = new AuditDuplicates(jdbc);
        fill();
    }

    private void fill() {
        for (String table : List.of("processed_events", "duplicate_deliveries")) {
            jdbc.sql("alter table inbox." + table + " set (autovacuum_enabled = off)")
                    .update();
        }
        jdbc.sql("""
                insert into inbox.processed_events
                       (event_id, natural_key, app, corp_id, event_type, transport, received_at, processed_at, payload,
                        payload_sha256)
                select 'default:' || n, 'key' || n, 'default', 'ding' || n % 10, 'type' || n % 7, 'http', at, at, '{}',
                       sha256('{}')
                  from generate_series(1, :events) n,
                       lateral (select cast(:first as timestamptz) + n * interval '1 minute' as at) times
                """)
                .param("first", SqlTimes.parameter(FIRST))
                .param("events", EVENTS)
                .update();
        jdbc.sql("""
                insert into inbox.duplicate_deliveries
                       (event_id, corp_id, event_type, matched_by, same_payload, since_first, received_at, recorded_at,
                        transport)
                select event_id, corp_id, event_type, 'event_id', true, interval '0', received_at, received_at, 'http'
                  from inbox.processed_events
                """).update();
        jdbc.sql("vacuum analyze inbox.processed_events, inbox.duplicate_deliveries")
                .update();
    }

    @AfterAll
    void close() {
        connection.destroy();
    }

    Stream<Search> searchesThatFillPages() {
        return Stream.of(
                new Search("events", 1, after -> events.list(filter(null, null, null), after, ROWS)),
                new Search("a type of events", 1, after -> events.list(filter(null, "type3", null), after, ROWS)),
                new Search("a state of events", 1, after -> events.list(filter(null, null, "processed"), after, ROWS)),
                new Search("duplicates", 2, after -> duplicates.list(filter(null, null, null), false, after, ROWS)),
                new Search(
                        "a type of duplicates",
                        2,
                        after -> duplicates.list(filter(null, "type3", null), false, after, ROWS)));
    }

    @ParameterizedTest
    @MethodSource("searchesThatFillPages")
    void theLastPagesReadNoMoreThanTheFirstOnes(Search search) {
        Position deep = new Position(FIRST.plus(2000, ChronoUnit.MINUTES), SMALLEST_DELIVERY);

        long first =
                read(BLOCKS, () -> assertThat(search.pages().after(null).rows()).hasSize(ROWS));
        long last =
                read(BLOCKS, () -> assertThat(search.pages().after(deep).rows()).hasSize(ROWS));

        assertThat(last).isLessThan(first + 100);
    }

    Stream<Search> searchesThatFindNothing() {
        return Stream.of(
                new Search("an organisation", 1, after -> events.list(filter("none", null, null), after, ROWS)),
                new Search("a type", 1, after -> events.list(filter(null, "none", "processed"), after, ROWS)),
                new Search(
                        "an organisation of duplicates",
                        2,
                        after -> duplicates.list(filter("none", null, null), false, after, ROWS)),
                new Search("what differs", 2, after -> duplicates.list(filter(null, null, null), true, after, ROWS)));
    }

    @ParameterizedTest
    @MethodSource("searchesThatFindNothing")
    void whoLooksForNothingIsAskedWhetherToGoOn(Search search) {
        long rows = read(ROWS_OF_TABLES, () -> {
            Chunk<?> chunk = search.pages().after(null);
            assertThat(chunk.isCutOff()).isTrue();
            assertThat(chunk.next())
                    .extracting(Position::time)
                    .isEqualTo(FIRST.plus(EVENTS - Scan.MOST + 1, ChronoUnit.MINUTES));
        });

        assertThat(rows).isBetween(search.reads() * (long) Scan.MOST, search.reads() * (long) Scan.MOST + 10);
    }

    @Test
    void whatHasAnIdIsFoundByIt() {
        long blocks = read(BLOCKS, () -> {
            List<String> ids = List.of("default:77", "key78", "nothing");
            assertThat(events.find(ids, filter(null, null, null), 500)).hasSize(2);
            assertThat(events.ofApproval("nothing")).isEmpty();
            assertThat(events.details("default:77")).isPresent();
            assertThat(duplicates.ofEvent("default:77")).hasSize(1);
        });

        assertThat(blocks).isLessThan(100);
    }

    /** What the last of many times has read of the events and the duplicates, which nobody may read from end to end. */
    private long read(String count, Runnable search) {
        for (int i = 1; i < TIMES; i++) {
            search.run();
        }
        long before = count(count);
        search.run();
        long read = count(count) - before;
        assertThat(count("""
                        select sum(seq_scan) from pg_stat_user_tables
                         where relname in ('processed_events', 'duplicate_deliveries')
                        """))
                .as("scans of whole tables, but for that which made the duplicates")
                .isEqualTo(1);
        return read;
    }

    private long count(String sql) {
        jdbc.sql("select pg_stat_force_next_flush()").query((row, n) -> n).list();
        return jdbc.sql(sql).query(Long.class).single();
    }

    private static Filter filter(@Nullable String corp, @Nullable String type, @Nullable String state) {
        return new Filter(null, null, null, corp, type, state, null, null);
    }

    /** @param reads how often it looks at a row: the index of duplicates does not know the place where a search ends */
    private record Search(String name, int reads, Pages pages) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Pages {
        Chunk<?> after(@Nullable Position after);
    }
}
