-- Were events added to an hour of the event log after it was sealed, or taken out of it?
-- Each row is an hour and event type whose number of events differs from the sealed one. This needs no key; audit verify
-- --seals also detects changed events.
-- Normal: no row. (An hour that the cleanup has begun to remove does not count, nor do hours before the first seal and
-- after the last one.)
select coalesce(s.hour, e.hour) as hour,
       coalesce(s.event_type, e.event_type) as event_type,
       coalesce(s.events, 0) as sealed,
       coalesce(e.events, 0) as found
  from (
       select hour, event_type, events, removed_at
         from inbox.audit_seals
        where event_type <> ''
       ) s
  full join (
       select date_trunc('hour', processed_at, 'UTC') as hour, event_type, count(*) as events
         from inbox.audit_events
        where processed_at >= (select min(hour) from inbox.audit_seals)
          and processed_at < (select max(hour) + interval '1 hour' from inbox.audit_seals)
        group by 1, 2
       ) e on e.hour = s.hour and e.event_type = s.event_type
 where s.removed_at is null
   and s.events is distinct from e.events
