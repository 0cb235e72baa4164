package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.internal.text.Printable;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code pg_stat_activity} view, through functions of the migration {@code V5}, which explains why their answers
 * can be relied on.
 */
final class OpenTransactions {
    /**
     * How long an hour is left alone after its end. It covers what no list of transactions shows: a transaction that
     * has taken its start time but is not in the list yet, and a clock that is set back by less.
     */
    static final Duration GRACE = Duration.ofMinutes(5);

    // Least ignores nulls. A transaction that begins while this runs is within the grace.
    private static final String CLOSED = """
            select now,
                   date_trunc('hour', now - cast(:grace as interval), 'UTC') as over,
                   date_trunc('hour', least(now - cast(:grace as interval), oldest), 'UTC') as closed
              from (select clock_timestamp() as now, inbox.oldest_open_transaction() as oldest offset 0) asked
            """;

    private static final String BEGUN_BEFORE = """
            select pid, application_name, gid, nullif(started_at, '-infinity') as started_at
              from inbox.seal_obstacles()
             where started_at < :before
             order by seal_obstacles.started_at, pid
             limit 5
            """;

    private final JdbcClient jdbc;

    OpenTransactions(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Which hours are closed. Every statement that begins later sees all events that were processed in them. */
    Closed closed() {
        return jdbc.sql(CLOSED)
                .param("grace", SqlTimes.interval(GRACE))
                .query((row, number) -> new Closed(
                        SqlTimes.instant(row, "now"), SqlTimes.instant(row, "over"), SqlTimes.instant(row, "closed")))
                .single();
    }

    /** The first few that began before this time, or whose start is hidden. */
    List<OpenTransaction> begunBefore(Instant before) {
        return jdbc.sql(BEGUN_BEFORE)
                .param("before", SqlTimes.parameter(before))
                .query((row, number) -> new OpenTransaction(
                        row.getInt("pid"),
                        row.getString("application_name"),
                        row.getString("gid"),
                        row.getObject("started_at", OffsetDateTime.class)))
                .list();
    }

    /**
     * By the database's clock.
     *
     * @param now the time
     * @param over the end of the last hour that ended longer ago than the grace
     * @param until the end of the last closed hour: one that is over, and in which no open transaction began
     */
    record Closed(Instant now, Instant over, Instant until) {}

    /** A transaction of a session or, with a gid, a prepared one. */
    record OpenTransaction(
            int pid,
            @Nullable String applicationName,
            @Nullable String gid,
            @Nullable OffsetDateTime startedAt) {
        /** For an operator. */
        @Override
        public String toString() {
            if (gid != null) {
                return "the prepared transaction '" + Printable.line(gid) + "' (commit or roll it back)";
            }
            if (startedAt == null) {
                return "session " + pid
                        + ", which hides when its transaction began (grant pg_read_all_stats to the owner"
                        + " of the function seal_obstacles, and set track_activities on)";
            }
            return "session " + pid + " ("
                    + (applicationName == null || applicationName.isEmpty()
                            ? "without a name"
                            : Printable.line(applicationName))
                    + "), whose transaction began at " + startedAt.toInstant();
        }
    }
}
