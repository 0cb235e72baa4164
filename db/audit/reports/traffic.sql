-- Which apps and event types bring what, and over which entrance?
-- Each row is an app, an event type and an entrance: how many events arrived in this time, how many of them are processed,
-- wait or are dead, and how long it took from arrival to the start of the transaction that processed them (median).
-- Normal: what the apps subscribe to. A type without a handler costs a row per event: leave it out in DingTalk's console. poll:
-- events that DingTalk could not deliver.
select app,
       event_type,
       transport,
       count(*) as events,
       count(*) filter (where state = 'processed') as processed,
       count(*) filter (where state in ('pending', 'retrying')) as waiting,
       count(*) filter (where state = 'dead') as dead,
       count(*) filter (where state = 'discarded') as discarded,
       percentile_cont(0.5) within group (order by processed_at - received_at) as median_wait,
       min(received_at) as first_received_at,
       max(received_at) as last_received_at
  from inbox.audit_events
 where recorded_at >= cast(:from as timestamptz) and recorded_at < cast(:to as timestamptz)
 group by app, event_type, transport
 order by events desc, app, event_type, transport
