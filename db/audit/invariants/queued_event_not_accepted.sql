-- Does an event wait in the queue that was never accepted into it?
-- Each row could get lost without being missed.
-- Normal: no row.
select q.event_id, q.queued_at
  from queued_events q
 where not exists (select from accepted_events a where a.event_id = q.event_id)
