-- Does an event wait in the queue although it is its turn, it is long due, and nobody is at it?
-- Each row means that no worker runs, or that none gets anywhere: a transaction may hold the event (pg_stat_activity).
-- Normal: no row.
select q.event_id, q.state, q.next_attempt_at
  from queued_events q
 where q.next_attempt_at < now() - interval '5 minutes'
   and not exists (
         select
           from ordering_leases l
          where l.ordering_key = q.ordering_key and l.leased_until >= now())
   and not exists (
         select
           from queued_events earlier
          where earlier.ordering_key = q.ordering_key
            and earlier.state <> 'discarded'
            and (earlier.happened_at, earlier.received_at, earlier.event_id)
                < (q.happened_at, q.received_at, q.event_id))
