-- Were rows added to an hour of the log after it was sealed, or taken out of it?
-- Each row is an hour, table and event type whose number of rows differs from the sealed one; or, once the cleanup has begun
-- with it, a day whose sealed rows are not those that were removed and those that are left. This needs no key; audit verify
-- --seals also detects changed rows.
-- Normal: no row. (Hours before the first seal and after the last one do not count.)
with span as (
       select min(hour) as first, max(hour) + interval '1 hour' as until
         from inbox.audit_seals
        where kind = 'rows'
       ),
     sealed as (
       select table_name, event_type, hour, row_count
         from inbox.audit_seals
        where kind = 'rows' and table_name in ('processed_events', 'duplicate_deliveries') and event_type <> ''
       ),
     found as (
       select 'processed_events' as table_name, event_type, date_trunc('hour', processed_at, 'UTC') as hour, count(*) as rows
         from inbox.audit_events
        where processed_at >= (select first from span) and processed_at < (select until from span)
        group by 2, 3
       union all
       select 'duplicate_deliveries', event_type, date_trunc('hour', recorded_at, 'UTC'), count(*)
         from inbox.audit_duplicates
        where recorded_at >= (select first from span) and recorded_at < (select until from span)
        group by 2, 3
       ),
     hours as (
       select table_name, event_type, hour, coalesce(s.row_count, 0) as sealed, coalesce(f.rows, 0) as found
         from sealed s
         full join found f using (table_name, event_type, hour)
       ),
     removals as (
       select s.table_name, s.event_type, s.hour as day, sum(c.rows_removed) as removed
         from inbox.audit_seals s
         join inbox.audit_cleanups c
           on c.run_id = s.run_id and c.table_name = s.table_name and c.event_type = s.event_type and c.day = s.hour
        where s.kind = 'removal'
        group by 1, 2, 3
       )
select h.table_name, h.hour, h.event_type, h.sealed, h.found
  from hours h
  left join removals r
    on r.table_name = h.table_name and r.event_type = h.event_type and r.day = date_trunc('day', h.hour, 'UTC')
 where r.day is null
   and h.sealed <> h.found
 union all
select r.table_name, r.day, r.event_type, sum(h.sealed) - r.removed, sum(h.found)
  from removals r
  join hours h
    on h.table_name = r.table_name and h.event_type = r.event_type
   and h.hour >= r.day and h.hour < r.day + interval '24 hours'
 where r.day >= (select first from span)
 group by r.table_name, r.day, r.event_type, r.removed
having sum(h.sealed) - r.removed <> sum(h.found)
