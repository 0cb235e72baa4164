-- Was an event accepted into the queue that is now neither processed nor queued nor discarded?
-- Each row is an event that was answered success and lost.
-- Normal: no row. (The cleanup removes a row of accepted_events in the transaction that removes the event.)
select a.event_id, a.accepted_at
  from inbox.audit_accepted a
 where not exists (select from inbox.audit_events e where e.event_id = a.event_id)
   and not exists (select from inbox.audit_events e where e.natural_key = a.natural_key)
   and not exists (select from inbox.audit_queue q where q.event_id = a.event_id)
