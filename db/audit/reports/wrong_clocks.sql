-- Which times are more than a day off the database's clock?
-- Each row is a kind of time, an app and an event type: how many events or duplicates that were recorded in this time have one
-- that is off by more than a day, and the extremes. happened: by DingTalk's clock, only if it is ahead (late_events has those
-- that came late). received: by the clock of the service's machine.
-- Normal: no row. These times are kept as they came, and decide nothing. Set the clock of the machine by NTP; the log of the
-- service names the machines that are off by more than 5 s.
select kind,
       app,
       event_type,
       count(*) as times,
       min(said) as earliest,
       max(said) as latest,
       min(recorded_at) as first_recorded_at,
       max(recorded_at) as last_recorded_at
  from (
       select 'event received' as kind, app, event_type, received_at as said, recorded_at
         from inbox.audit_events
        where recorded_at >= cast(:from as timestamptz) and recorded_at < cast(:to as timestamptz)
          and received_at not between recorded_at - interval '1 day' and recorded_at + interval '1 day'
          and (queued_at is null or received_at not between queued_at - interval '1 day' and queued_at + interval '1 day')
        union all
       select 'event happened', app, event_type, occurred_at, recorded_at
         from inbox.audit_events
        where recorded_at >= cast(:from as timestamptz) and recorded_at < cast(:to as timestamptz)
          and occurred_at > recorded_at + interval '1 day'
        union all
       select 'duplicate received', app, event_type, received_at, recorded_at
         from inbox.audit_duplicates
        where recorded_at >= cast(:from as timestamptz) and recorded_at < cast(:to as timestamptz)
          and received_at not between recorded_at - interval '1 day' and recorded_at + interval '1 day'
       ) wrong
 group by kind, app, event_type
 order by times desc, kind, app, event_type
