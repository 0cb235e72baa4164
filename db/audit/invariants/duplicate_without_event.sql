-- Is there a duplicate whose event is not known?
-- Each row is a delivery that was answered success as a duplicate although the event it names was never processed or
-- accepted into the queue.
-- Normal: no row. (The cleanup keeps duplicates longer than events. So a duplicate does not count if its event may have been
-- removed: if its first delivery came before a removed event of its type, with a margin of a day, because since_first compares the
-- clocks of two services. If these differ by more, all removed events count.)
select d.event_id, d.recorded_at, d.matched_by
  from inbox.audit_duplicates d
 where not exists (select from inbox.audit_events e where e.event_id = d.event_id)
   and not exists (select from inbox.audit_queue q where q.event_id = d.event_id)
   and not exists (select from inbox.audit_accepted a where a.event_id = d.event_id)
   and not exists (
         select
           from inbox.audit_cleanups c
          where c.event_type = d.event_type
            and c.table_name in ('processed_events', 'queued_events')
            and c.rows_removed > 0
            and (c.day > d.recorded_at - d.since_first - interval '48 hours' or d.since_first < interval '-24 hours'))
