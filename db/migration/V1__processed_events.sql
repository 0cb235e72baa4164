-- The event log, and the one place that decides whether an event is new: its two unique constraints.
--
-- Operators: creates an empty table; takes no lock on anything else.
set local lock_timeout = '2s';

-- One row per event whose transaction committed. The row and the business update commit together; a second delivery
-- finds the row (or waits for the transaction that is inserting it) and is a duplicate.
create table processed_events (
  event_id        text        not null,                   -- first: what one looks for
  natural_key     text,                                   -- null: the event type has no precise one
  app             text        not null,
  corp_id         text        not null,                   -- '' and not null: a null would switch a unique constraint off
  event_type      text        not null,
  transport       text        not null,
  occurred_at     timestamptz,                            -- null: the event does not say
  received_at     timestamptz not null,
  processed_at    timestamptz not null default now(),
  payload         jsonb       not null,
  payload_sha256  bytea       not null,
  payload_raw     bytea,                                  -- null: payload is faithful

  constraint processed_events_event_id_key unique (event_id),
  constraint processed_events_natural_key_key unique (natural_key),
  constraint processed_events_event_id_length check (char_length(event_id) between 1 and 512),
  constraint processed_events_natural_key_length check (char_length(natural_key) between 1 and 512),
  constraint processed_events_transport_known check (transport in ('http', 'stream', 'poll')),
  constraint processed_events_payload_sha256_length check (octet_length(payload_sha256) = 32)
);

-- Audits and the cleanup go by time. A btree, not BRIN: after a month of cleanup BRIN read half the table.
create index processed_events_received_at_idx on processed_events (received_at, event_id);

comment on table processed_events is
  'Events whose transaction committed, one row each, written once and never updated. The business update committed with the row.';
comment on column processed_events.event_id is
  'Identity of the event, equal on every delivery: <app>:<eventId>, or the natural key, or <app>:<corp>:<type>:sha256:<hash>@<first seen>.';
comment on column processed_events.natural_key is
  'Second identity, made of the business fields: <app>:<corp>:<type>:<parts>. Joins deliveries with and without an eventId. Null where the event type has no precise one.';
comment on column processed_events.app is 'Name of the app in dingtalk.apps whose callback brought the event.';
comment on column processed_events.corp_id is 'DingTalk organisation (corpId) of the event; empty where it names none.';
comment on column processed_events.event_type is 'DingTalk''s EventType, as received.';
comment on column processed_events.transport is 'Entrance of the first delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column processed_events.occurred_at is 'When it happened by DingTalk''s clock (EventTime and its spellings). Null where the event does not say.';
comment on column processed_events.received_at is 'When the first delivery had arrived, by the service''s clock.';
comment on column processed_events.processed_at is 'Start of the transaction that processed the event, by the database''s clock.';
comment on column processed_events.payload is 'The decrypted event. A sanitised projection where payload_raw is not null.';
comment on column processed_events.payload_sha256 is 'SHA-256 of the canonical JSON (sorted keys) as received: equal content has an equal hash.';
comment on column processed_events.payload_raw is
  'The exact decrypted bytes where jsonb would not be faithful (\u0000, lone surrogates, invalid UTF-8, duplicate keys, numbers or nesting out of range), else null.';
