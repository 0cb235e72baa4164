-- How long did events wait in the queue?
-- Each row is an event type: how many of its events went into the queue in this time, how many of these are processed, and
-- how long those had waited until the transaction that processed them began.
-- Normal: in inbox.mode=queue p95 under a second; in sync mode few rows, for handlers that failed or were late. Minutes: too
-- few workers, or a retrying or dead event before them (oldest_waiting).
select event_type,
       count(*) as accepted,
       count(processed_at) as processed,
       percentile_cont(0.5) within group (order by processed_at - accepted_at) as wait_p50,
       percentile_cont(0.95) within group (order by processed_at - accepted_at) as wait_p95,
       max(processed_at - accepted_at) as longest_wait
  from (
       select a.event_type,
              a.accepted_at,
              (select e.processed_at
                 from inbox.audit_events e
                where e.event_id = a.event_id and e.state = 'processed'
                limit 1) as processed_at
         from inbox.audit_accepted a
        where a.accepted_at >= cast(:from as timestamptz) and a.accepted_at < cast(:to as timestamptz)
       ) w
 group by event_type
 order by accepted desc, event_type
