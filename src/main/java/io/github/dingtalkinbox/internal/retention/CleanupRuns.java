package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.Archive.ArchivedFile;
import io.github.dingtalkinbox.internal.retention.RetentionReport.Removal;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code cleanup_runs} table. Only functions of the database write it and remove rows, and each checks for itself
 * whether it may.
 *
 * <p>Every call belongs to the transaction of its thread.
 */
record CleanupRuns(JdbcClient jdbc) {
    private static final String FLOOR = """
            select extract(epoch from floor)          as floor,
                   extract(epoch from largest_gap)    as largest_gap,
                   gap_event_id,
                   extract(epoch from longest_window) as longest_window
              from inbox.cleanup_floor()
            """;

    private static final String START = """
            select inbox.cleanup_start(:run, :operator, :origin, :reason)
            """;

    private static final String BEGIN = """
            select inbox.cleanup_begin(:run, :table, :types, :day, :file, cast(:archived as bigint[]), :sha256, :holds)
            """;

    private static final String HOLDS = """
            select inbox.cleanup_holds()
            """;

    private static final String END = """
            select inbox.cleanup_end(:run, :outcome, :problem)
            """;

    private static final String REMOVE = """
            select removed, cast(next_time as text) as next
              from %s(:run, :types, :day, cast(:from as timestamptz), :batch)
            """;

    private static final Map<RetentionTable, String> REMOVE_FROM = Map.of(
            RetentionTable.PROCESSED_EVENTS, REMOVE.formatted("inbox.cleanup_remove_events"),
            RetentionTable.DUPLICATE_DELIVERIES, REMOVE.formatted("inbox.cleanup_remove_duplicates"),
            RetentionTable.DISCARDED_EVENTS, REMOVE.formatted("inbox.cleanup_remove_discarded"),
            RetentionTable.HANDLING_TIMES, REMOVE.formatted("inbox.cleanup_remove_handling_times"),
            RetentionTable.FAILED_CALLBACK_PAGES, REMOVE.formatted("inbox.cleanup_remove_pages"),
            RetentionTable.IDENTITY_WINDOWS, """
            select removed, cast(case when next_id is not null then json_build_array(next_corp, next_id) end as text) as next
              from inbox.cleanup_remove_windows(
                     :run, :day, cast(:from as json) ->> 0, cast(:from as json) ->> 1, :batch)
             where cast(:types as text[]) is not null
            """);

    private static final String REMOVALS = """
            select table_name, event_type, day, rows_removed, archive_file
              from inbox.cleanup_runs
             where run_id = :run
               and table_name <> ''
             order by began_at, day, table_name, event_type collate "C"
            """;

    private static final String SINCE_COMPLETED = """
            select extract(epoch from now() - max(ended_at))
              from inbox.cleanup_runs
             where table_name = ''
               and outcome = 'completed'
            """;

    private static final String OVERDUE = """
            select floor(extract(epoch from now() - greatest(
                     p.processed_at + make_interval(secs => :kept),
                     (select max(ended_at) from inbox.cleanup_runs where table_name = '' and outcome = 'completed'))) / 86400)
              from inbox.processed_events p
             order by p.processed_at
             limit 1
            """;

    /** The first characters of our own SQLSTATEs. */
    private static final String OURS = "IN";

    Floor floor() {
        return jdbc.sql(FLOOR)
                .query((row, n) -> new Floor(
                        duration(row.getDouble("floor")),
                        duration(row.getDouble("largest_gap")),
                        row.getString("gap_event_id"),
                        duration(row.getDouble("longest_window"))))
                .single();
    }

    void start(UUID run, CleanupOrder order) {
        jdbc.sql(START)
                .param("run", run)
                .param("operator", order.operator())
                .param("origin", order.origin())
                .param("reason", order.reason())
                .query()
                .singleRow();
    }

    /**
     * @param archive the file with the rows of the day; null: they are not archived
     * @param holds how often a legal hold had been placed or released when it was decided which rows go
     */
    void begin(UUID run, DueDay due, @Nullable ArchivedFile archive, long holds) {
        List<@Nullable Long> archived = due.types().stream()
                .map(type -> archive == null ? null : archive.rows().getOrDefault(type, 0L))
                .toList();
        jdbc.sql(BEGIN)
                .param("run", run)
                .param("table", due.table().table())
                .param("types", due.types().toArray(String[]::new))
                .param("day", SqlTimes.parameter(due.day()))
                .param("file", archive == null ? null : archive.name(), Types.VARCHAR)
                .param("archived", archived.toString().replace('[', '{').replace(']', '}'))
                .param("sha256", archive == null ? null : archive.sha256(), Types.BINARY)
                .param("holds", holds)
                .query()
                .singleRow();
    }

    /** How often a legal hold was placed or released. */
    long holds() {
        return jdbc.sql(HOLDS).query(Long.class).single();
    }

    /** @param from where the last batch ended; null: this is the first */
    RemovedBatch remove(UUID run, DueDay due, @Nullable String from, int size) {
        return jdbc.sql(REMOVE_FROM.getOrDefault(due.table(), ""))
                .param("run", run)
                .param("types", due.types().toArray(String[]::new))
                .param("day", SqlTimes.parameter(due.day()))
                .param("from", from, Types.VARCHAR)
                .param("batch", size)
                .query((row, n) -> new RemovedBatch(row.getLong("removed"), row.getString("next")))
                .single();
    }

    void end(UUID run, String outcome, @Nullable String problem) {
        jdbc.sql(END)
                .param("run", run)
                .param("outcome", outcome)
                .param("problem", problem, Types.VARCHAR)
                .query()
                .singleRow();
    }

    List<Removal> removals(UUID run) {
        return jdbc.sql(REMOVALS)
                .param("run", run)
                .query((row, n) -> new Removal(
                        row.getString("table_name"),
                        row.getString("event_type"),
                        row.getObject("day", OffsetDateTime.class)
                                .withOffsetSameInstant(ZoneOffset.UTC)
                                .toLocalDate(),
                        row.getLong("rows_removed"),
                        row.getString("archive_file")))
                .list();
    }

    /** Time since a run, on any node, last removed everything that was due; empty: never. */
    Optional<Duration> sinceCompleted() {
        return jdbc.sql(SINCE_COMPLETED).query(Double.class).optional().map(CleanupRuns::duration);
    }

    /**
     * For how many days the oldest event has been due since a run last removed everything; negative: it is not due yet.
     *
     * @param kept how long events are kept
     */
    long overdueDays(Duration kept) {
        return jdbc.sql(OVERDUE)
                .param("kept", kept.toSeconds())
                .query(Long.class)
                .optional()
                .orElse(0L);
    }

    /** The SQLSTATE of a refusal by one of the functions; empty for any other failure. */
    static Optional<String> refusal(DataAccessException e) {
        return SqlStates.of(e).filter(state -> state.startsWith(OURS));
    }

    /** PostgreSQL's message, without the position in the function. */
    static String message(DataAccessException e) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(e);
        return cause instanceof PSQLException server && server.getServerErrorMessage() != null
                ? String.valueOf(server.getServerErrorMessage().getMessage())
                : String.valueOf(cause.getMessage());
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    /**
     * The shortest retention that is allowed.
     *
     * @param largestGap between an event and its duplicate, if it is over a minute; otherwise zero
     * @param gapEventId the event with that gap
     * @param longestWindow of an event whose content is its only identity, if it is over a day; otherwise zero
     */
    record Floor(
            Duration floor, Duration largestGap, @Nullable String gapEventId, Duration longestWindow) {}

    /** @param next where to go on; null: nothing is left */
    record RemovedBatch(long removed, @Nullable String next) {}
}
