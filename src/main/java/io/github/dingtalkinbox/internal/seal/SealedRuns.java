package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.seal.Seal.Sealed;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Seals rows of the {@code cleanup_runs} table: once when they begin, without what the run adds to them, and once when they
 * are complete.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
final class SealedRuns {
    private static final List<String> AT_FIRST = List.of(
            "cast(r.run_id as text)",
            "r.table_name",
            "r.event_type",
            "timestamptz_send(r.day)",
            "cast(r.unsealed as text)",
            "r.archive_file",
            "cast(r.archive_rows as text)",
            "r.archive_sha256",
            "r.operator",
            "r.origin",
            "r.reason",
            "cast(r.holds_seen as text)",
            "timestamptz_send(r.began_at)");

    private static final List<String> AT_LAST =
            List.of("cast(r.rows_removed as text)", "r.outcome", "r.problem", "timestamptz_send(r.ended_at)");

    // Each column as bytes, in an array, which tells null from nothing.
    private static final String COLUMNS = Stream.concat(AT_FIRST.stream(), AT_LAST.stream())
            .map(column -> column.startsWith("timestamptz_send") || column.endsWith("sha256")
                    ? column
                    : "convert_to(" + column + ", 'UTF8')")
            .collect(Collectors.joining(",\n       ", "array[", "] as sealed_columns"));

    private static final String OF_RUN = """
            select r.event_type, r.rows_removed, %s
              from inbox.cleanup_runs r
             where r.run_id = :run
               and r.table_name = :table
               and r.event_type = any(:types)
               and r.day = :day
             order by r.event_type collate "C"
            """.formatted(COLUMNS);

    private static final String DAY_OF_RUN = """
            select day
              from inbox.cleanup_runs
             where run_id = :run
               and table_name = ''
            """;

    private static final String WITH_SEALS = """
            select s.*, r.run_id is not null as is_there, %s
              from inbox.event_seals s
              left join inbox.cleanup_runs r
                on r.run_id = s.run_id and r.table_name = s.table_name and r.event_type = s.event_type and r.day = s.hour
             where s.kind in ('removal', 'removed')
             order by s.seal_number
            """.formatted(COLUMNS);

    private static final String WITHOUT_SEALS = """
            select r.run_id, r.table_name, r.event_type, r.day
              from inbox.cleanup_runs r
             where r.began_at > (select sealed_at from inbox.event_seals order by seal_number limit 1)
               and not exists (
                     select
                       from inbox.event_seals s
                      where s.kind = 'removal'
                        and s.run_id = r.run_id
                        and s.table_name = r.table_name
                        and s.event_type = r.event_type
                        and s.hour = r.day)
             order by r.began_at
             limit 50
            """;

    private static final int FETCH_SIZE = 500;

    private final JdbcClient jdbc;

    SealedRuns(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What a seal says of the rows of a run and day. */
    List<Sealed> of(SealKey key, SealKind kind, UUID run, String table, Collection<String> types, Instant day) {
        return jdbc.sql(OF_RUN)
                .param("run", run)
                .param("table", table)
                .param("types", types.toArray(String[]::new))
                .param("day", SqlTimes.parameter(day))
                .query((row, n) -> new Sealed(
                        kind,
                        table,
                        row.getString("event_type"),
                        day,
                        run,
                        new SealedContent(
                                kind == SealKind.REMOVED ? row.getLong("rows_removed") : 0, digest(key, kind, row))))
                .list();
    }

    /** The day on which a run began. */
    Instant dayOf(UUID run) {
        return jdbc.sql(DAY_OF_RUN)
                .param("run", run)
                .query((row, n) -> SqlTimes.instant(row, "day"))
                .single();
    }

    /** Compares each seal with its row, and tells of those that differ, and of rows without a seal. */
    void compare(SealKeys keys, Differing differing) {
        jdbc.sql(WITH_SEALS).withFetchSize(FETCH_SIZE).query(row -> {
            Seal seal = Seal.of(row);
            Sealed what = seal.what();
            if (!row.getBoolean("is_there")) {
                differing.found(
                        what.table(), what.eventType(), what.hour(), String.valueOf(what.run()), Difference.REMOVED);
                return;
            }
            SealKey key = keys.find(seal.keyId()).orElse(null);
            if (key != null
                    && !digest(key, what.kind(), row).equals(what.content().digest())) {
                differing.found(
                        what.table(), what.eventType(), what.hour(), String.valueOf(what.run()), Difference.CHANGED);
            }
        });
        jdbc.sql(WITHOUT_SEALS).query(row -> {
            differing.found(
                    row.getString("table_name"),
                    row.getString("event_type"),
                    SqlTimes.instant(row, "day"),
                    row.getString("run_id"),
                    Difference.ADDED);
        });
    }

    private static String digest(SealKey key, SealKind kind, ResultSet row) throws SQLException {
        Object[] columns = (Object[]) row.getArray("sealed_columns").getArray();
        MacInput input = new MacInput(key, "dingtalk-inbox " + kind.text() + " 1");
        int count = kind == SealKind.REMOVED ? columns.length : AT_FIRST.size();
        Arrays.stream(columns, 0, count).forEach(column -> input.add((byte @Nullable []) column));
        return input.digest();
    }

    /** Hears of rows that differ from what was sealed. */
    @FunctionalInterface
    interface Differing {
        void found(String table, String eventType, Instant day, String run, Difference how);
    }
}
