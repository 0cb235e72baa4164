-- How fast does the log grow, and how big will it be?
-- Each row is a day: the events and duplicates that arrived, and about how many bytes they take, by the average of their tables
-- with indexes. The last four are the log itself: how many it has now, and its size, and the same in 30, 90 and 365 days, if
-- every day brings what the whole days of this time brought, and as much is kept as now: what is as old as the oldest event, or
-- duplicate, is removed if the cleanup has ever removed any; otherwise, nothing is.
-- Normal: once the cleanup removes as much as arrives, all of the last four are about the same. Ask for a week or more.
with arrived as (
  select day, sum(events) as events, sum(duplicates) as duplicates
    from inbox.audit_daily
   where day >= cast(cast(:from as timestamptz) as date)
     and day <= cast(cast(:to as timestamptz) as date)
   group by day
), kinds as (
  select 'processed_events' as name,
         (select processed_at from inbox.audit_events where state = 'processed' order by processed_at limit 1) as oldest,
         (select sum(events) / (max(day) - min(day) + 1) from arrived where day < current_date) as per_day
   union all
  select 'duplicate_deliveries',
         (select recorded_at from inbox.audit_duplicates order by recorded_at limit 1),
         (select sum(duplicates) / (max(day) - min(day) + 1) from arrived where day < current_date)
), sizes as (
  select case c.relname when 'duplicate_deliveries' then c.relname else 'processed_events' end as name,
         nullif(max(c.reltuples) filter (where c.relname in ('processed_events', 'duplicate_deliveries')), -1) as rows,
         sum(pg_total_relation_size(c.oid)) as bytes
    from pg_class c
   where c.relnamespace = 'inbox'::regnamespace
     and c.relname in ('processed_events', 'accepted_events', 'failed_attempts', 'handling_times', 'duplicate_deliveries')
   group by 1
), measured as (
  select k.name,
         k.per_day,
         s.rows,
         s.bytes,
         s.bytes / nullif(s.rows, 0) as bytes_of_row,
         case when exists (select from inbox.audit_cleanups c where c.table_name = k.name and c.rows_removed > 0)
              then greatest(extract(epoch from now() - k.oldest) / 86400, 1) end as days_kept
    from kinds k
    join sizes s on s.name = k.name
), forecast as (
  select later.days,
         m.name,
         m.rows * stays.share + added.rows as rows,
         m.bytes * stays.share + added.rows * coalesce(m.bytes_of_row, 0) as bytes
    from measured m
   cross join (values (0), (30), (90), (365)) as later (days)
   cross join lateral (
         select case when m.days_kept is null then 1 else greatest(1 - later.days / m.days_kept, 0) end as share) stays
   cross join lateral (
         select case later.days when 0 then 0 else m.per_day * least(later.days, m.days_kept) end as rows) added
)
select a.day,
       'arrived' as what,
       a.events,
       a.duplicates,
       pg_size_pretty(cast(a.events * (select bytes_of_row from measured where name = 'processed_events')
                           + a.duplicates * coalesce((select bytes_of_row from measured where name = 'duplicate_deliveries'), 0)
                           as numeric)) as size
  from arrived a
 union all
select current_date + f.days,
       case f.days when 0 then 'now' else 'in ' || f.days || ' days' end,
       cast(sum(f.rows) filter (where f.name = 'processed_events') as numeric(20)),
       cast(sum(f.rows) filter (where f.name = 'duplicate_deliveries') as numeric(20)),
       pg_size_pretty(cast(sum(f.bytes) as numeric))
  from forecast f
 group by f.days
 order by day, what
