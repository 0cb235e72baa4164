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
    // Of a day whose removal has begun, or of which legal holds keep something, the rows that are left to be removed. A
    // day that
    // has none, but whose removal is not sealed as done, is due, too.
    private static final String EVENTS = """
            with period as (
              select * from unnest(cast(:types as text[]), cast(:seconds as bigint[])) as p (event_type, seconds)),
            sealed as (
              select s.event_type, date_trunc('day', s.hour, 'UTC') as day, sum(s.row_count) as rows
                from inbox.event_seals s
               where s.kind = 'rows'
                 and s.table_name = 'processed_events'
                 and s.event_type <> ''
                 and s.hour < now() - make_interval(secs => :shortest)
               group by 1, 2),
            begun as (
              select s.event_type,
                     s.hour                                                             as day,
                     (array_agg(s.kind order by s.seal_number desc))[1] = 'removed'     as is_done,
                     (array_agg(s.row_count order by s.seal_number desc)
                        filter (where s.kind = 'removal'))[1]                           as kept
                from inbox.event_seals s
               where s.kind in ('removal', 'removed')
                 and s.table_name = 'processed_events'
               group by 1, 2),
            never_sealed as (
              select e.event_type, date_trunc('day', e.processed_at, 'UTC') as day, count(*) as rows
                from inbox.processed_events e
               where not exists (select from inbox.event_seals)
                 and e.processed_at < now() - make_interval(secs => :shortest)
                 and not inbox.is_held(e.corp_id, e.event_type, e.processed_at, e.payload ->> 'processInstanceId')
               group by 1, 2),
            due as (
              select s.event_type,
                     s.day,
                     b.is_done,
                     case when b.day is null and not exists (select from inbox.legal_holds)
                          then s.rows
                          else (select count(*)
                                  from inbox.processed_events p
                                 where p.event_type = s.event_type
                                   and p.processed_at >= s.day
                                   and p.processed_at < s.day + interval '24 hours'
                                   and not inbox.is_held(p.corp_id, p.event_type, p.processed_at,
                                                         p.payload ->> 'processInstanceId'))
                      end as rows
                from sealed s
                left join period p using (event_type)
                left join begun b using (event_type, day)
               where s.day + interval '24 hours' <= now() - make_interval(secs => coalesce(p.seconds, :others))
                 and s.day + interval '23 hours' <= (select max(hour) from inbox.event_seals where kind = 'rows')
                 and (b.day is null or not b.is_done or b.kept > 0))
            select event_type, day, rows
              from due
             where rows > 0 or not is_done
             union all
            select n.event_type, n.day, n.rows
              from never_sealed n
              left join period p using (event_type)
             where n.day + interval '24 hours' <= now() - make_interval(secs => coalesce(p.seconds, :others))
            """;

    private static final String DUPLICATES = """
            with period as (
              select * from unnest(cast(:types as text[]), cast(:seconds as bigint[])) as p (event_type, seconds)),
            old as (
              select d.event_type, date_trunc('day', d.recorded_at, 'UTC') as day, count(*) as rows
                from inbox.duplicate_deliveries d
               where d.recorded_at < now() - make_interval(secs => :shortest)
                 and not inbox.is_held_duplicate(d)
               group by 1, 2
               union all
              select s.event_type, s.hour, 0
                from inbox.event_seals s
               where s.kind = 'removal'
                 and s.table_name = 'duplicate_deliveries'
                 and not exists (
                       select
                         from inbox.event_seals d
                        where d.kind = 'removed'
                          and d.table_name = s.table_name
                          and d.event_type = s.event_type
                          and d.hour = s.hour
                          and d.seal_number > s.seal_number))
            select o.event_type, o.day, sum(o.rows) as rows
              from old o
              left join period p using (event_type)
             where o.day + interval '24 hours' <= now() - make_interval(secs => coalesce(p.seconds, :others))
               and (not exists (select from inbox.event_seals)
                    or o.day + interval '23 hours' <= (select max(hour) from inbox.event_seals where kind = 'rows'))
             group by 1, 2
            """;

    private static final String UNSEALED = """
            with period as (
              select * from unnest(cast(:types as text[]), cast(:seconds as bigint[])) as p (event_type, seconds)),
            last as (
              select date_trunc('day', max(hour) + interval '1 hour', 'UTC') as sealed_to
                from inbox.event_seals
               where kind = 'rows')
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
            DUPLICATES,
            RetentionTable.DISCARDED_EVENTS,
            BY_DAY.formatted(
                    "event_type",
                    "changed_at",
                    "inbox.queued_events",
                    "state = 'discarded'"
                            + " and not inbox.is_held(corp_id, event_type, changed_at, payload ->> 'processInstanceId')"),
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
