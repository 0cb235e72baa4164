-- Does a processed event still wait in the queue, although it is its turn?
-- For a moment that is normal: an event that was processed after its deadline has a copy there, which a worker drops.
-- Normal: no row. (A dead event counts: its handlers had failed before another delivery of it was processed. Replay it:
-- it will be dropped.)
select q.event_id, q.state, q.queued_at
  from queued_events q
 where (q.state = 'dead' or q.next_attempt_at < now() - interval '5 minutes')
   and (exists (select from processed_events p where p.event_id = q.event_id)
        or exists (select from processed_events p where p.natural_key = q.natural_key))
   and not exists (
         select
           from queued_events earlier
          where earlier.ordering_key = q.ordering_key
            and earlier.state <> 'discarded'
            and (earlier.happened_at, earlier.received_at, earlier.event_id)
                < (q.happened_at, q.received_at, q.event_id))
