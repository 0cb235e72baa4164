-- Is a task of an approval in a state that no event has made?
-- Each row was changed by hand, or its event was removed from the log: its event is unknown, although
-- it is more recent than everything that the cleanup has removed.
-- Normal: no row. (The cleanup keeps tasks longer than events. With a margin of a day, because the time of a task is
-- DingTalk's, while the log is removed by the database's time. A time that is more than a day ahead of that counts as unknown.)
select t.corp_id, t.process_instance_id, t.task_key, t.effect, t.event_id, t.happened_at
  from inbox.audit_tasks t
 where t.processed_at is null
   and not exists (
         select
           from inbox.audit_cleanups c
          where c.event_type = 'bpms_task_change'
            and c.table_name = 'processed_events'
            and c.rows_removed > 0
            and (c.day > t.happened_at - interval '2 days'
                 or t.happened_at is null
                 or t.happened_at > now() + interval '1 day'))
