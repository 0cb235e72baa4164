-- What would the cleanup remove, were everything of this time due?
-- Each row is a day and an event type of the event log: its events, the duplicates of that day, how many of the day's hours
-- are sealed, and whether its removal has begun. Days are those of UTC, as for the cleanup: it removes whole days and, unless
-- nothing was ever sealed, only those with 24 sealed hours. "cleanup --dry-run" says what is due by the retention that is
-- configured.
-- Normal: all days but the last two have 24 sealed hours; none has any where inbox.seal.key was never set.
select coalesce(e.day, d.day) as day,
       coalesce(e.event_type, d.event_type) as event_type,
       coalesce(e.events, 0) as events,
       coalesce(d.duplicates, 0) as duplicates,
       coalesce(s.sealed_hours, 0) as sealed_hours,
       s.removed_since
  from (
       select cast(processed_at at time zone 'UTC' as date) as day, event_type, count(*) as events
         from inbox.audit_events
        where processed_at >= cast(:from as timestamptz) and processed_at < cast(:to as timestamptz)
        group by 1, 2
       ) e
  full join (
       select cast(recorded_at at time zone 'UTC' as date) as day, event_type, count(*) as duplicates
         from inbox.audit_duplicates
        where recorded_at >= cast(:from as timestamptz) and recorded_at < cast(:to as timestamptz)
        group by 1, 2
       ) d on d.day = e.day and d.event_type = e.event_type
 cross join lateral (
       select count(distinct hour) filter (where kind = 'rows') as sealed_hours,
              min(sealed_at) filter (where kind = 'removal'
                                       and table_name = 'processed_events'
                                       and event_type = coalesce(e.event_type, d.event_type)) as removed_since
         from inbox.audit_seals
        where hour >= cast(coalesce(e.day, d.day) as timestamp) at time zone 'UTC'
          and hour < (cast(coalesce(e.day, d.day) as timestamp) + interval '1 day') at time zone 'UTC'
       ) s
 order by day, events desc, event_type
