-- Does an event stand twice in the event log, by either of its identities?
-- The unique constraints forbid it; a row here means that one of them is missing, invalid or corrupt.
-- Normal: no row.
select event_id as identity, count(*) as times
  from inbox.audit_events
 where state = 'processed'
 group by event_id
having count(*) > 1
union all
select natural_key, count(*)
  from inbox.audit_events
 where state = 'processed' and natural_key is not null
 group by natural_key
having count(*) > 1
