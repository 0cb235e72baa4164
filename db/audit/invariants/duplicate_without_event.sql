-- Is there a duplicate whose event is not known?
-- Each row is a delivery that was answered success as a duplicate although the event it names was never processed or
-- accepted into the queue.
-- Normal: no row. (The cleanup keeps duplicates longer than events: those whose event it may have removed do not count. An
-- event is processed, or discarded, after it has arrived; clocks may differ by an hour.)
select d.event_id, d.received_at, d.matched_by
  from duplicate_deliveries d
 where not exists (select from processed_events p where p.event_id = d.event_id)
   and not exists (select from accepted_events a where a.event_id = d.event_id)
   and not exists (
         select
           from cleanup_runs r
          where r.event_type = d.event_type
            and r.table_name in ('processed_events', 'queued_events')
            and r.rows_removed > 0
            and r.day > d.received_at - d.since_first - interval '25 hours')
