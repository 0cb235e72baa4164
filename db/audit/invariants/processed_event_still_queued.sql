-- Does a processed event still wait in the queue?
-- For a moment that is normal: an event that was processed after its deadline has a copy there, which a worker drops.
-- Normal: no row. (A dead event and those behind it count as well: a worker may have failed before the event was
-- processed from another delivery. Replay it: it will be dropped.)
select q.event_id, q.state, q.queued_at
  from queued_events q
 where q.queued_at < now() - interval '5 minutes'
   and q.state <> 'discarded'
   and (exists (select from processed_events p where p.event_id = q.event_id)
        or exists (select from processed_events p where p.natural_key = q.natural_key))
