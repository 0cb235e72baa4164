-- Is there a duplicate whose event is not known?
-- Each row is a delivery that was answered success as a duplicate although the event it names was never processed or
-- accepted into the queue.
-- Normal: no row. (Cleanup keeps duplicates longer than events: only those younger than the oldest event count.)
select d.event_id, d.received_at, d.matched_by
  from duplicate_deliveries d
 where not exists (select from processed_events p where p.event_id = d.event_id)
   and not exists (select from accepted_events a where a.event_id = d.event_id)
   and d.received_at - d.since_first >= (select coalesce(min(received_at), '-infinity') from processed_events)
