-- Which events arrived long after they had happened?
-- Each row is an event whose first delivery arrived more than a minute after the time it names itself; latest first at most
-- 1000. pulled: DingTalk could not deliver it, and it was fetched from its list.
-- Normal: few rows, most of them pulled, about the time of an outage or a deployment. Many of http: DingTalk was late, or
-- its deliveries were answered 503 (metrics). Negative differences are not shown, because they only mean that two clocks differ.
select received_at, received_at - occurred_at as late_by, app, event_type, event_id, transport, state, processed_at
  from inbox.audit_events
 where recorded_at >= cast(:from as timestamptz) and recorded_at < cast(:to as timestamptz)
   and received_at - occurred_at > interval '1 minute'
 order by late_by desc, event_id
 limit 1000
