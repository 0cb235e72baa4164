-- Which events had the slowest handlers?
-- Each row is one of the 100 events whose handlers took longest in this time, the slowest first: how long that was, when they
-- ended, and how long the event had been there by then. Events that share a transaction have one time, that of all of them.
-- Normal: under a second. Look at what these events have in common; slow_handlers says whether all of their type are slow.
select h.event_id,
       h.app,
       h.event_type,
       h.handling_time,
       h.handled_at,
       (select h.handled_at - e.received_at from inbox.audit_events e where e.event_id = h.event_id limit 1) as since_received
  from (
       select event_id, app, event_type, handling_time, handled_at
         from inbox.audit_handling_times
        where handled_at >= cast(:from as timestamptz) and handled_at < cast(:to as timestamptz)
        order by handling_time desc, handled_at desc, event_id
        limit 100
       ) h
 order by h.handling_time desc, h.handled_at desc, h.event_id
