-- Is there a duplicate whose event is not known?
-- Each row is a delivery that was answered success as a duplicate although the event it names was never processed or
-- accepted into the queue.
-- Normal: no row. (The cleanup keeps duplicates longer than events: only those count whose event arrived later than all
-- events of its type that were removed, with an hour to spare because two clocks are compared; and none of an event that
-- an operator discarded, because those are removed without a seal.)
select d.event_id, d.received_at, d.matched_by
  from audit_duplicates d
 where not exists (select from audit_events e where e.event_id = d.event_id)
   and not exists (select from audit_queue q where q.event_id = d.event_id)
   and not exists (select from audit_accepted a where a.event_id = d.event_id)
   and not exists (
         select
           from audit_seals s
          where s.event_type = d.event_type
            and s.removed_at is not null
            and s.hour > d.first_received_at - interval '2 hours')
   and not exists (
         select
           from audit_actions o
          where o.event_id = d.event_id
            and o.action = 'discard')
