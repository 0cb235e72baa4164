-- A delivery of an event that waits in the queue is a duplicate, too.
--
-- Operators: takes an exclusive lock on duplicate_deliveries for a moment; no row is read under it.
set local lock_timeout = '2s';

alter table duplicate_deliveries drop constraint duplicate_deliveries_matched_by_known;
alter table duplicate_deliveries add constraint duplicate_deliveries_matched_by_known
  check (matched_by in ('event_id', 'natural_key', 'window', 'queued')) not valid;

comment on table duplicate_deliveries is
  'Deliveries of events that had been processed or queued before, one row each: nothing happened but this row. Append only.';
comment on column duplicate_deliveries.event_id is
  'The event that had come before (processed_events.event_id or queued_events.event_id), also where the delivery itself carried another eventId.';
comment on column duplicate_deliveries.matched_by is
  'How the duplicate was recognised: event_id, natural_key (the eventId differed or was missing), window (equal content, no other identity), or queued (the event waits in queued_events).';
