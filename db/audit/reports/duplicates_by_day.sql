-- How many deliveries were duplicates, per day, app and event type?
-- Each row is a day on which something of that type came: its events, how many further deliveries of the same events did
-- nothing, and the share of these in all deliveries (0 to 1).
-- Normal: a share well under 0.1 while all is quiet: DingTalk repeats what is not answered in time. More means slow or
-- failing answers (slow_handlers), two subscriptions of one app, or twins that DingTalk sends by itself (twin_gaps).
-- Days are those of the session's time zone; the first and the last one count as a whole.
select day, app, event_type, events, duplicates, duplicate_share
  from inbox.audit_daily
 where day >= cast(cast(:from as timestamptz) as date)
   and day <= cast(cast(:to as timestamptz) as date)
   and events + duplicates > 0
 order by day desc, duplicates desc, app, event_type
