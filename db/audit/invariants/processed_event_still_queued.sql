-- Does a processed event still wait in the queue, although it is its turn?
-- For a moment this is normal: an event that was processed after its deadline has a copy there, which a worker drops.
-- Normal: no row. (A dead event counts: its handlers failed before another delivery of it was processed. Replay it, and
-- the copy is dropped.)
select q.event_id, q.state, q.queued_at
  from inbox.audit_queue q
 where (q.state = 'dead' or q.next_attempt_at < now() - interval '5 minutes')
   and (exists (select from inbox.audit_events e where e.event_id = q.event_id and e.state = 'processed')
        or exists (select from inbox.audit_events e where e.natural_key = q.natural_key and e.state = 'processed'))
   and q.is_first
