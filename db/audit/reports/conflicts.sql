-- Which duplicates differ from the first delivery of their event?
-- Each row is a delivery with the identity of an earlier one and another content; changed_keys are the keys of the payload
-- that differ (not their values: audit_payloads has those), but for the envelope where one came by HTTP and one by Stream.
-- It did nothing. At most 1000, the latest first.
-- Normal: no row, or types whose payload carries a time of sending. matched_by natural_key with business fields changed:
-- the key may be too coarse, and a real event was taken for a duplicate (inbox.event-types).
select received_at, app, event_type, event_id, matched_by, since_first, transport, changed_keys
  from inbox.audit_conflicts
 where recorded_at >= cast(:from as timestamptz) and recorded_at < cast(:to as timestamptz)
 order by recorded_at desc, event_id
 limit 1000
