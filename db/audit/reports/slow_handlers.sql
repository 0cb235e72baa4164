-- Which handlers are slow?
-- Each row is an app and an event type: how many events were handled in this time, and how long that took: half of them
-- no longer than p50, 95 and 99 of 100 no longer than p95 and p99. Measured by the service around all handlers of an
-- event, or of all events that shared its transaction.
-- Normal: p95 under 100 ms. Over a second (inbox.deadline), the event is queued and answered before it is done; at 30 s
-- (inbox.handler-timeout) it is aborted. Look for locks and for calls to the outside.
select app,
       event_type,
       count(*) as events,
       percentile_cont(0.5) within group (order by handling_time) as p50,
       percentile_cont(0.95) within group (order by handling_time) as p95,
       percentile_cont(0.99) within group (order by handling_time) as p99,
       max(handling_time) as longest,
       count(*) filter (where handling_time >= interval '1 second') as over_a_second
  from inbox.audit_handling_times
 where handled_at >= cast(:from as timestamptz) and handled_at < cast(:to as timestamptz)
 group by app, event_type
 order by p95 desc, app, event_type
