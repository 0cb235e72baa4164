-- Does an event wait in the queue that was never accepted into it?
-- Each row is an event whose loss could not be detected.
-- Normal: no row.
select q.event_id, q.queued_at
  from inbox.audit_queue q
 where not exists (select from inbox.audit_accepted a where a.event_id = q.event_id)
