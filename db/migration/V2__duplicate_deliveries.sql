-- The deliveries that were no-ops.
--
-- Operators: creates an empty table; takes no lock on anything else.
set local lock_timeout = '2s';

-- One row per delivery of an event that was processed before. Append only: written before the delivery is answered, in
-- the transaction that found the duplicate.
create table duplicate_deliveries (
  event_id        text        not null,                   -- of the processed event, whatever the delivery called itself
  delivery_id     uuid        not null default gen_random_uuid(),
  corp_id         text        not null,
  event_type      text        not null,
  matched_by      text        not null,
  same_payload    boolean     not null,
  since_first     interval    not null,
  received_at     timestamptz not null,
  transport       text        not null,
  source_address  text,                                   -- null: the transport has none
  payload         jsonb,                                  -- null: same_payload
  payload_raw     bytea,                                  -- null: same_payload, or payload is faithful

  constraint duplicate_deliveries_pkey primary key (event_id, delivery_id),
  constraint duplicate_deliveries_matched_by_known check (matched_by in ('event_id', 'natural_key', 'window')),
  constraint duplicate_deliveries_transport_known check (transport in ('http', 'stream', 'poll')),
  constraint duplicate_deliveries_payload_kept_if_different check (same_payload = (payload is null)),
  constraint duplicate_deliveries_payload_raw_with_payload check (payload_raw is null or payload is not null)
);

comment on table duplicate_deliveries is
  'Deliveries of events that had been processed before, one row each: nothing happened but this row. Append only.';
comment on column duplicate_deliveries.event_id is
  'The processed event (processed_events.event_id), also where the delivery itself carried another eventId.';
comment on column duplicate_deliveries.delivery_id is 'Tells the deliveries of one event apart; says nothing else.';
comment on column duplicate_deliveries.corp_id is 'DingTalk organisation (corpId) of the event; empty where it names none.';
comment on column duplicate_deliveries.event_type is 'DingTalk''s EventType, as received.';
comment on column duplicate_deliveries.matched_by is
  'How the duplicate was recognised: event_id, natural_key (the eventId differed or was missing), or window (equal content, no other identity).';
comment on column duplicate_deliveries.same_payload is 'Whether it said the same as the first delivery (equal payload_sha256).';
comment on column duplicate_deliveries.since_first is 'Time from the arrival of the delivery that was processed to the arrival of this one; negative where this one arrived earlier and lost the insert, or two machines'' clocks differ.';
comment on column duplicate_deliveries.received_at is 'When the delivery had arrived, by the service''s clock.';
comment on column duplicate_deliveries.transport is 'Entrance of the delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column duplicate_deliveries.source_address is 'Network address of the sender; behind a trusted proxy, the one the proxy saw.';
comment on column duplicate_deliveries.payload is 'The content of this delivery if it differs from the first one, else null.';
comment on column duplicate_deliveries.payload_raw is 'The exact bytes of this delivery if it differs and jsonb would not be faithful, else null.';
