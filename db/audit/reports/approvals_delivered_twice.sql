-- Which approvals had a callback delivered more than once, how far apart, and what did it do?
-- Each row is an event of an approval, or of a task in it, with a duplicate that arrived in this time: how often it was
-- delivered in all, the time between the first and the last, and its effect on the approval, which it had once. At most 1000,
-- the furthest apart first.
-- Normal: some rows: DingTalk delivers twice now and then. Effect empty: the event changed nothing (a comment), or it
-- waits still (audit_queue).
select e.process_instance_id, d.event_type, d.event_id, e.deliveries, e.first_to_last, e.state, e.processed_at, c.effect
  from (
       select distinct event_id, event_type
         from inbox.audit_duplicates
        where recorded_at >= cast(:from as timestamptz) and recorded_at < cast(:to as timestamptz)
          and event_type in ('bpms_instance_change', 'bpms_task_change')
       ) d
 cross join lateral (
       select corp_id, process_instance_id, deliveries, first_to_last, state, processed_at
         from inbox.audit_events
        where event_id = d.event_id
        limit 1
       ) e
  left join lateral (
       select effect
         from inbox.audit_approvals
        where process_instance_id = e.process_instance_id and corp_id = e.corp_id and event_id = d.event_id
        union all
       select 'task ' || effect
         from inbox.audit_tasks
        where process_instance_id = e.process_instance_id and corp_id = e.corp_id and event_id = d.event_id
        limit 1
       ) c on true
 order by e.first_to_last desc nulls last, d.event_id
 limit 1000
