-- Is there content that counts as seen, but whose event is neither in the event log nor accepted into the queue?
-- Each row would make the next delivery of that content a duplicate without an event.
-- Normal: no row. (Rows whose window has ended have no effect. An event may be removed before its window is over,
-- if that is longer than events are kept.)
select w.content_id, w.seen_at
  from inbox.audit_windows w
 where w.ends_at > now()
   and not exists (select from inbox.audit_events e where e.event_id = w.event_id)
   and not exists (select from inbox.audit_queue q where q.event_id = w.event_id)
   and not exists (select from inbox.audit_accepted a where a.event_id = w.event_id)
   and not exists (
         select
           from inbox.audit_cleanups c
          where c.table_name = 'processed_events'
            and c.rows_removed > 0
            and c.day > w.seen_at - interval '24 hours'
            and replace(replace(replace(c.event_type, '%', '%25'), ':', '%3A'), '@', '%40') = split_part(w.content_id, ':', 3))
   and not exists (
         select
           from inbox.audit_actions o
          where o.event_id = w.event_id
            and o.action = 'discard')
