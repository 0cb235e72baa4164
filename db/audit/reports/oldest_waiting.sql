-- What has been waiting longest, and why?
-- Each row is one of the 100 events that were queued first and are not processed yet: its attempts, when the next one is
-- due, who is processing it now, and whether another event of its ordering key is before it. It is not limited to a time:
-- whatever waits now.
-- Normal: no row, or rows of a few seconds. is_first, long due and not being processed: no worker runs. Not is_first: see what is
-- before it (dead_letters).
select event_id,
       app,
       event_type,
       state,
       attempts,
       queued_at,
       date_trunc('second', now() - queued_at) as waits_for,
       next_attempt_at,
       is_first,
       lease_holder
  from inbox.audit_queue
 where state in ('pending', 'retrying')
 order by queued_at, event_id
 limit 100
