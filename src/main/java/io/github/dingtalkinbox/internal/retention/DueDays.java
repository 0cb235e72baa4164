package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code event_seals} table, from which follows which days of a sealed log may be removed, without reading the log.
 * In the other tables, and in a log that was never sealed, the rows that are old enough are counted. All times are the
 * database's, and all days are whole days in UTC.
 */
record DueDays(JdbcClient jdbc) {
    // Of a day whose removal has begun and not ended, the rows that are left.
    private static final String EVENTS = """
            with period as (
              select * from unnest(cast(:types as text[]), cast(:seconds as bigint[])) as p (event_type, seconds)),
            sealed as (
              select s.event_type,
                     date_trunc('day', s.hour, 'UTC')     as day,
                     sum(s.events)                        as rows,
                     bool_or(s.removed_at is not null)    as is_begun
                from inbox.event_seals s
               where s.event_type <> ''
                 and s.hour < now() - make_interval(secs => :shortest)
               group by 1, 2),
            never_sealed as (
              select e.event_type, date_trunc('day', e.processed_at, 'UTC') as day, count(*) as rows
                from inbox.processed_events e
               where not exists (select from inbox.event_seals)
                 and e.processed_at < now() - make_interval(secs => :shortest)
               group by 1, 2)
            select s.event_type,
                   s.day,
                   case when s.is_begun
                        then (select count(*)
                                from inbox.processed_events p
                               where p.event_type = s.event_type
                                 and p.processed_at >= s.day
                                 and p.processed_at < s.day + interval '24 hours')
                        else s.rows
                    end as rows
              from sealed s
              left join period p using (event_type)
             where s.day + interval '24 hours' <= now() - make_interval(secs => coalesce(p.seconds, :others))
               and s.day + interval '23 hours' <= (select max(hour) from inbox.event_seals)
               and (not s.is_begun or not exists (
                     select
                       from inbox.cleanup_runs r
                      where r.event_type = s.event_type
                        and r.day = s.day
                        and r.table_name = 'processed_events'
                        and r.ended_at is not null))
             union all
            select n.event_type, n.day, n.rows
              from never_sealed n
              left join period p using (event_type)
             where n.day + interval '24 hours' <= now() - make_interval(secs => coalesce(p.seconds, :others))
            """;

    private static final String UNSEALED = """
            with period as (
              select * from unnest(cast(:types as text[]), cast(:seconds as bigint[])) as p (event_type, seconds)),
            last as (
              select date_trunc('day', max(hour) + interval '1 hour', 'UTC') as sealed_to
                from inbox.event_seals)
            select e.processed_at
              from last
             cross join lateral (
                   select e.processed_at
                     from inbox.processed_events e
                     left join period p using (event_type)
                    where e.processed_at >= last.sealed_to
                      and e.processed_at < now() - make_interval(secs => :shortest)
                      and date_trunc('day', e.processed_at, 'UTC') + interval '24 hours'
                          <= now() - make_interval(secs => coalesce(p.seconds, :others))
                    order by e.processed_at
                    limit 1) e
            """;

    // The columns of the type and the time, the table, and a condition.
    private static final String BY_DAY = """
            with period as (
              select * from unnest(cast(:types as text[]), cast(:seconds as bigint[])) as p (event_type, seconds)),
            old as (
              select %1$s as event_type, date_trunc('day', %2$s, 'UTC') as day, count(*) as rows
                from %3$s
               where %4$s
                 and %2$s < now() - make_interval(secs => :shortest)
               group by 1, 2)
            select o.event_type,
                   o.day,
                   o.rows
              from old o
              left join period p using (event_type)
             where o.day + interval '24 hours' <= now() - make_interval(secs => coalesce(p.seconds, :others))
            """;

    private static final Map<RetentionTable, String> SELECT = Map.of(
            RetentionTable.PROCESSED_EVENTS,
            EVENTS,
            RetentionTable.DUPLICATE_DELIVERIES,
            BY_DAY.formatted("event_type", "recorded_at", "inbox.duplicate_deliveries", "true"),
            RetentionTable.DISCARDED_EVENTS,
            BY_DAY.formatted("event_type", "changed_at", "inbox.queued_events", "state = 'discarded'"),
            RetentionTable.HANDLING_TIMES,
            BY_DAY.formatted("event_type", "handled_at", "inbox.handling_times", "true"),
            RetentionTable.FAILED_CALLBACK_PAGES,
            BY_DAY.formatted("text ''", "processed_at", "inbox.failed_callback_pages", "problem is null"),
            RetentionTable.IDENTITY_WINDOWS,
            """
            select text '' as event_type, date_trunc('day', now(), 'UTC') as day, count(*) as rows
              from inbox.identity_windows w
             where w.seen_at < now() - w.window_length - interval '1 hour'
                or w.seen_at > now() + interval '1 day'
            having count(*) > 0
            """);

    /** What is to be removed from a table, the oldest day first. */
    List<DueDay> find(RetentionTable table, Periods periods) {
        Map<Instant, DueDay> days = new TreeMap<>();
        for (Row row : bind(Objects.requireNonNull(SELECT.get(table)), periods)
                .query((row, n) ->
                        new Row(row.getString("event_type"), SqlTimes.instant(row, "day"), row.getLong("rows")))
                .list()) {
            days.computeIfAbsent(row.day(), day -> new DueDay(table, day, new TreeMap<>()))
                    .rows()
                    .put(row.type(), row.count());
        }
        return new ArrayList<>(days.values());
    }

    /** The first event that is old enough, but whose day is not sealed to its end; empty if nothing was ever sealed. */
    Optional<Instant> firstUnsealed(Periods periods) {
        return bind(UNSEALED, periods)
                .query((row, n) -> SqlTimes.instant(row, "processed_at"))
                .optional();
    }

    private JdbcClient.StatementSpec bind(String statement, Periods periods) {
        return jdbc.sql(statement)
                .param("types", periods.types())
                .param("seconds", periods.seconds())
                .param("shortest", periods.shortest().toSeconds())
                .param("others", periods.others().toSeconds());
    }

    private record Row(String type, Instant day, long count) {}
}
