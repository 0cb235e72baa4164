-- Is there an event in the queue whose turn it is, which is long due, and which no worker is processing?
-- Each row means that no worker runs, or that none makes progress: a transaction may hold the event (pg_stat_activity).
-- Normal: no row.
select q.event_id, q.state, q.next_attempt_at
  from inbox.audit_queue q
 where q.next_attempt_at < now() - interval '5 minutes'
   and (q.leased_until is null or q.leased_until < now())
   and q.is_first
