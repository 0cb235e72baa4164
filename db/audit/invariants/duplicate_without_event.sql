-- Is there a duplicate whose event is not in the event log?
-- Each row is a delivery that was answered success as a duplicate although the event it names was never processed.
-- Normal: no row. (Cleanup keeps duplicates longer than events: only those younger than the oldest event count.)
select d.event_id, d.received_at, d.matched_by
  from duplicate_deliveries d
  left join processed_events p on p.event_id = d.event_id
 where p.event_id is null
   and d.received_at - d.since_first >= (select min(received_at) from processed_events)
