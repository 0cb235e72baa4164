-- Is an approval in a state that no event has made?
-- Each row was changed by hand, or its event was removed from the log: its event is unknown, although
-- it is more recent than everything that the cleanup has removed.
-- Normal: no row. (The cleanup keeps approvals longer than events. With a margin of a day, because the time of an approval is
-- DingTalk's, while the log is removed by the database's time. A time that is more than a day ahead of that counts as unknown.)
select a.corp_id, a.process_instance_id, a.effect, a.event_id, a.happened_at
  from inbox.audit_approvals a
 where a.processed_at is null
   and not exists (
         select
           from inbox.audit_cleanups c
          where c.event_type = 'bpms_instance_change'
            and c.table_name = 'processed_events'
            and c.rows_removed > 0
            and (c.day > a.happened_at - interval '2 days'
                 or a.happened_at is null
                 or a.happened_at > now() + interval '1 day'))
