-- The event log, and the one place that decides whether an event is new: the two unique constraints of processed_events. Also
-- the duplicates, the events without an identity, and how long handlers took.
--
-- Operators: creates empty tables in the schema inbox; takes no lock on any other table.
set local lock_timeout = '2s';

comment on table inbox.inbox_schema_history is
  'Flyway''s: which migrations were applied, when and by whom. Neither the service nor the cleanup changes it.';

-- The owner of this inbox: one row. A second application would take the first one's events from the queue and, having no
-- handlers for them, mark them as processed.
create table inbox.application (
  only_row    boolean     not null default true,
  name        text        not null,
  claimed_at  timestamptz not null default now(),

  constraint application_pkey primary key (only_row),
  constraint application_only_row_true check (only_row),
  constraint application_name_given check (name ~ '\S')
);

comment on table inbox.application is 'The application that owns the inbox: one row, created by its first start.';
comment on column inbox.application.only_row is 'Always true, so that there cannot be a second row.';
comment on column inbox.application.name is 'Its inbox.name, otherwise its spring.application.name. An application with another name does not start on this database.';
comment on column inbox.application.claimed_at is 'When the row was created, by the database''s clock.';

-- One row per event whose transaction committed. The row and the business update commit together; a second delivery
-- finds the row (or waits for the transaction that is inserting it) and is a duplicate.
create table inbox.processed_events (
  event_id        text        not null,                   -- first, because most queries look for it
  natural_key     text        collate "C",                -- null: the event type has no precise one; "C": found by its beginning
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

-- Seals, audits and the cleanup select by time: by the database's, because received_at is whatever a clock said. With the id, for
-- the pages of a list. A btree, not BRIN: after a month of cleanup BRIN read half the table.
create index processed_events_processed_at_idx on inbox.processed_events (processed_at, event_id);

-- A day is a few per cent of a log: with PostgreSQL's default, a fifth of it would be dead before it is vacuumed.
-- Measured, as is what was not changed (fillfactor, btree and not BRIN): src/docs/cleanup.md.
alter table inbox.processed_events set (autovacuum_vacuum_scale_factor = 0.02);

-- It has no primary key, but two identities: logical replication uses the first one.
alter table inbox.processed_events replica identity using index processed_events_event_id_key;

comment on table inbox.processed_events is
  'Events whose transaction committed, one row each, written once and never updated. The business update committed with the row.';
comment on column inbox.processed_events.event_id is
  'Identity of the event, the same on every delivery: <app>:<eventId>, or the natural key, or <app>:<corp>:<type>:sha256:<hash>@<first seen>.';
comment on column inbox.processed_events.natural_key is
  'Second identity, made of the business fields: <app>:<corp>:<type>:<parts>. Connects deliveries with and without an eventId. Null if the event type has no precise one.';
comment on column inbox.processed_events.app is 'Name of the app in inbox.apps whose callback brought the event.';
comment on column inbox.processed_events.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.processed_events.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.processed_events.transport is 'Entrance of the first delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column inbox.processed_events.occurred_at is 'When it happened by DingTalk''s clock (EventTime and its spellings). Null if the event does not say.';
comment on column inbox.processed_events.received_at is 'When the first delivery arrived, by the service''s clock.';
comment on column inbox.processed_events.processed_at is
  'Start of the transaction that processed the event, by the database''s clock. Decides when the row is removed, which seal covers it, and in which ranges of time it is.';
comment on column inbox.processed_events.payload is 'The decrypted event. A sanitised projection if payload_raw is not null.';
comment on column inbox.processed_events.payload_sha256 is 'SHA-256 of the canonical JSON (sorted keys) as received: equal content has an equal hash.';
comment on column inbox.processed_events.payload_raw is
  'The exact decrypted bytes if jsonb cannot store them faithfully (\u0000, lone surrogates, invalid UTF-8, duplicate keys, numbers or nesting out of range), otherwise null.';

-- One row per delivery of an event that was processed or queued before. Append only: written before the delivery is answered, in
-- the transaction that found the duplicate.
create table inbox.duplicate_deliveries (
  event_id        text        not null,                   -- of the processed event, even if the delivery has another id
  delivery_id     uuid        not null default gen_random_uuid(),
  corp_id         text        not null,
  event_type      text        not null,
  matched_by      text        not null,
  same_payload    boolean     not null,
  since_first     interval    not null,
  received_at     timestamptz not null,
  recorded_at     timestamptz not null default now(),     -- what decides: received_at is whatever a clock said
  transport       text        not null,
  source_address  text,                                   -- null: the transport has none
  payload         jsonb,                                  -- null: same_payload
  payload_raw     bytea,                                  -- null: same_payload, or payload is faithful

  constraint duplicate_deliveries_pkey primary key (event_id, delivery_id),
  constraint duplicate_deliveries_matched_by_known check (matched_by in ('event_id', 'natural_key', 'window', 'queued')),
  constraint duplicate_deliveries_transport_known check (transport in ('http', 'stream', 'poll')),
  constraint duplicate_deliveries_payload_kept_if_different check (same_payload = (payload is null)),
  constraint duplicate_deliveries_payload_raw_with_payload check (payload_raw is null or payload is not null)
);

-- The cleanup and audits select by time.
create index duplicate_deliveries_recorded_at_idx on inbox.duplicate_deliveries (recorded_at);
-- inbox.audit_conflicts: few of many.
create index duplicate_deliveries_conflicts_idx on inbox.duplicate_deliveries (recorded_at)
  where not same_payload;
-- How late DingTalk delivers: the largest gap is looked up before anything is removed. Beyond DingTalk's own retries (after
-- 10 s and 30 s more) there are few.
create index duplicate_deliveries_since_first_idx on inbox.duplicate_deliveries (since_first)
  where since_first > interval '1 minute';

alter table inbox.duplicate_deliveries set (autovacuum_vacuum_scale_factor = 0.02);

comment on table inbox.duplicate_deliveries is
  'Deliveries of events that had been processed or queued before, one row each. They had no effect but this row. Append only.';
comment on column inbox.duplicate_deliveries.event_id is
  'The earlier event (processed_events.event_id or queued_events.event_id), even if the delivery itself has another eventId.';
comment on column inbox.duplicate_deliveries.delivery_id is 'Distinguishes the deliveries of one event; has no other meaning.';
comment on column inbox.duplicate_deliveries.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.duplicate_deliveries.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.duplicate_deliveries.matched_by is
  'How the duplicate was recognised: event_id, natural_key (the eventId differed or was missing), window (equal content, no other identity), or queued (the event waits in queued_events).';
comment on column inbox.duplicate_deliveries.same_payload is 'Whether its content equals that of the first delivery: same payload_sha256 or, if the two came by different transports, the same but for fields of the envelope (EventType, CorpId, …) that only one of them has.';
comment on column inbox.duplicate_deliveries.since_first is 'Time from the arrival of the delivery that was processed to the arrival of this one; negative if this one arrived earlier but was inserted later, or if the clocks of two machines differ.';
comment on column inbox.duplicate_deliveries.received_at is 'When the delivery arrived, by the service''s clock.';
comment on column inbox.duplicate_deliveries.recorded_at is
  'Start of the transaction that recorded the delivery, by the database''s clock. Decides when the row is removed, and in which ranges of time it is.';
comment on column inbox.duplicate_deliveries.transport is 'Entrance of the delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column inbox.duplicate_deliveries.source_address is 'Network address of the sender; behind a trusted proxy, the one that the proxy saw.';
comment on column inbox.duplicate_deliveries.payload is 'The content of this delivery if it differs from the first one, otherwise null.';
comment on column inbox.duplicate_deliveries.payload_raw is 'The exact bytes of this delivery if it differs and jsonb cannot store them faithfully, otherwise null.';

-- One row per content, with its latest occurrence. Equal content within the window is the same event; after it, it is a
-- new event. Written in the transaction that processes the event.
create table inbox.identity_windows (
  content_id      text        not null,
  corp_id         text        not null,
  seen_at         timestamptz not null,
  window_length   interval    not null,

  constraint identity_windows_pkey primary key (corp_id, content_id),
  constraint identity_windows_content_id_length check (char_length(content_id) between 1 and 488),
  constraint identity_windows_window_length_range check (window_length > interval '0' and window_length <= interval '366 days')
);

create index identity_windows_window_length_idx on inbox.identity_windows (window_length)
  where window_length > interval '1 day';

comment on table inbox.identity_windows is
  'Latest occurrence of each event whose only identity is a hash of its content. Rows older than their window have no effect.';
comment on column inbox.identity_windows.content_id is
  '<app>:<corp>:<type>:sha256:<hash>. The event_id of an occurrence is this, followed by @ and seen_at in UTC.';
comment on column inbox.identity_windows.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.identity_windows.seen_at is 'When the latest occurrence was first delivered, by the database''s clock.';
comment on column inbox.identity_windows.window_length is 'For how long after seen_at equal content is the same event.';

-- One row per event whose handlers ran. Written shortly after their transaction has committed and not in it, because that
-- transaction must not wait for a statistic: a crash may cost the last second of these rows, and no event.
create table inbox.handling_times (
  event_id       text        not null,
  app            text        not null,
  corp_id        text        not null,
  event_type     text        not null,
  handled_at     timestamptz not null default now(),
  handling_time  interval    not null,

  constraint handling_times_handling_time_not_negative check (handling_time >= interval '0')
);

create index handling_times_handled_at_idx on inbox.handling_times (handled_at);

alter table inbox.handling_times set (autovacuum_vacuum_scale_factor = 0.02);

-- It has no key: all columns together identify a row.
alter table inbox.handling_times replica identity full;

comment on table inbox.handling_times is
  'How long the handlers of processed events took, one row per event. Append only. A statistic: after a crash, the rows of its last second may be missing.';
comment on column inbox.handling_times.event_id is 'The event, as in processed_events.';
comment on column inbox.handling_times.app is 'Name of the app in inbox.apps whose callback brought the event.';
comment on column inbox.handling_times.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.handling_times.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.handling_times.handled_at is 'When this was written, about a second after its handlers ended, by the database''s clock.';
comment on column inbox.handling_times.handling_time is
  'How long all handlers of the event took together; for events that share a transaction, all handlers of the transaction.';
