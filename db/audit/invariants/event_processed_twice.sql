-- Does an event stand twice in the event log, by either of its identities?
-- The unique constraints forbid it; a row here means that one of them is missing, invalid or corrupt.
-- Normal: no row.
select min(event_id) as event_id, natural_key, count(*) as times
  from processed_events
 group by coalesce(natural_key, event_id), natural_key
having count(*) > 1
