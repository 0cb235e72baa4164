-- Which events are dead, since when, and what do they block?
-- Each row is an event that failed and is not retried any more: since when, after how many attempts, and how many later events
-- of its ordering key wait behind it. "queue show" has the error. It is not limited to a time: whatever is dead now.
-- Normal: no row. A dead event has not taken effect: fix the cause, then replay or discard it.
select q.event_id,
       q.app,
       q.event_type,
       q.attempts,
       q.received_at,
       q.changed_at as dead_since,
       date_trunc('second', now() - q.changed_at) as dead_for,
       (select count(*)
          from inbox.audit_queue b
         where b.corp_id = q.corp_id and b.ordering_key = q.ordering_key
           and b.state in ('pending', 'retrying') and b.queued_at >= q.queued_at)
       as held_up
  from inbox.audit_queue q
 where q.state = 'dead'
 order by q.changed_at
