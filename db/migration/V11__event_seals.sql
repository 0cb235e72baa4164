-- Evidence that nobody has changed the event log.
--
-- Operators: creates an empty table; takes no lock on anything else.
set local lock_timeout = '2s';

-- One row per hour and event type, and one of the type '' for an hour without events: so every hour up to the last one is
-- sealed, and a row that is added to any of them shows. A seal contains the one before it. Two steps: the events make the
-- content, and the content and the rest of the row make the seal. So the chain can be computed again to its end, every link
-- of it, also where the cleanup has removed the events.
create table event_seals (
  seal_number  bigint      not null,
  hour         timestamptz not null,
  event_type   text        not null,
  events       bigint      not null,
  key_id       text        not null,
  content      bytea       not null,
  seal         bytea       not null,
  sealed_at    timestamptz not null default now(),
  removed_at   timestamptz,                               -- null: the events are still there

  constraint event_seals_pkey primary key (seal_number),
  constraint event_seals_hour_event_type_key unique (hour, event_type),
  constraint event_seals_seal_number_positive check (seal_number >= 1),
  constraint event_seals_hour_is_full check (extract(epoch from hour) % 3600 = 0),
  constraint event_seals_content_length check (octet_length(content) in (0, 32)),
  -- Somebody may insert an event of the type '': that must not end the sealing of all others.
  constraint event_seals_events_of_type check (events > 0 or (events = 0 and event_type = '')),
  constraint event_seals_seal_length check (octet_length(seal) = 32)
);

comment on table event_seals is
  'Seals of the event log, one row per hour of processed_events.processed_at and event type. Append only; stays when the events are removed.';
comment on column event_seals.seal_number is 'From 1, without a gap, in the order of hour and event_type.';
comment on column event_seals.hour is 'Start of the hour (UTC) in which the events were processed.';
comment on column event_seals.event_type is 'DingTalk''s EventType, as received; empty: no event was processed in that hour.';
comment on column event_seals.events is 'How many events were sealed.';
comment on column event_seals.key_id is 'Which key made the seal: the beginning of its SHA-256. The key itself is not in the database.';
comment on column event_seals.content is
  'HMAC-SHA-256 of all columns of the events, with the same key as the seal; empty where there was no event.';
comment on column event_seals.seal is
  'HMAC-SHA-256 of the previous seal and all columns of this row but this one and removed_at.';
comment on column event_seals.sealed_at is 'When it was made, by the database''s clock.';
comment on column event_seals.removed_at is 'When the cleanup began to remove these events, by the database''s clock; null while they are there.';
