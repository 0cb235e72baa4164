-- The queue: events that are accepted and not processed yet, their failed attempts, the record of what was accepted, and what
-- operators did.
--
-- Operators: creates empty tables; takes no lock on any other table.
set local lock_timeout = '2s';

-- One row per event that was accepted and still waits to be processed. The transaction that processes the event deletes
-- the row. A dead event stays until an operator acts; a discarded one stays, so that it is known.
create table inbox.queued_events (
  event_id         text        not null,
  natural_key      text        collate "C",               -- null: the event type has no precise one
  ordering_key     text        not null,                  -- of an event without order: its event_id
  app              text        not null,
  corp_id          text        not null,
  event_type       text        not null,
  state            text        not null,
  attempts         integer     not null,
  next_attempt_at  timestamptz,                           -- null: dead or discarded
  last_error       text,                                  -- null: it has not failed
  late_copy        boolean     not null,
  occurred_at      timestamptz,                           -- null: the event does not say
  received_at      timestamptz not null,
  happened_at      timestamptz not null generated always as (
                     case when occurred_at - queued_at <= interval '1 day' then occurred_at
                          when received_at - queued_at <= interval '1 day' then received_at
                          else queued_at end) stored,
  queued_at        timestamptz not null default now(),
  changed_at       timestamptz not null default now(),
  transport        text        not null,
  source_address   text,                                  -- null: the transport has none
  payload          jsonb       not null,
  payload_sha256   bytea       not null,
  payload_raw      bytea,                                 -- null: payload is faithful

  constraint queued_events_event_id_key unique (event_id),
  constraint queued_events_natural_key_key unique (natural_key),
  constraint queued_events_event_id_length check (char_length(event_id) between 1 and 512),
  constraint queued_events_natural_key_length check (char_length(natural_key) between 1 and 512),
  constraint queued_events_ordering_key_length check (char_length(ordering_key) between 1 and 512),
  constraint queued_events_state_known check (state in ('pending', 'retrying', 'dead', 'discarded')),
  constraint queued_events_next_attempt_while_waiting check ((state in ('pending', 'retrying')) = (next_attempt_at is not null)),
  constraint queued_events_attempts_not_negative check (attempts >= 0),
  constraint queued_events_transport_known check (transport in ('http', 'stream', 'poll')),
  constraint queued_events_payload_sha256_length check (octet_length(payload_sha256) = 32)
);

-- The due events, soonest first; and the first event of a key.
create index queued_events_next_attempt_at_idx on inbox.queued_events (next_attempt_at) where next_attempt_at is not null;
create index queued_events_order_idx on inbox.queued_events (ordering_key, happened_at, received_at, event_id)
  where state <> 'discarded';

-- Small, and every row of it is soon dead: a queue that is not vacuumed gets slow.
alter table inbox.queued_events set (
  autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

alter table inbox.queued_events replica identity using index queued_events_event_id_key;

comment on table inbox.queued_events is
  'Events that were accepted and are not processed yet, one row each. Deleted by the transaction that processes the event.';
comment on column inbox.queued_events.event_id is 'Identity of the event, as in processed_events.';
comment on column inbox.queued_events.natural_key is 'Second identity, as in processed_events. Null if the event type has no precise one.';
comment on column inbox.queued_events.ordering_key is
  'Events with the same key are processed one at a time, in the order of happened_at, received_at, event_id. An event without order has its event_id here.';
comment on column inbox.queued_events.app is 'Name of the app in inbox.apps whose callback brought the event.';
comment on column inbox.queued_events.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.queued_events.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.queued_events.state is
  'pending: not tried yet, or replayed by an operator; retrying: failed, will be tried again; dead: failed and is not retried, waits for an operator and holds up its ordering_key; discarded: given up by an operator. If it is being processed now, ordering_leases has its ordering_key.';
comment on column inbox.queued_events.attempts is 'How often its handlers failed, since the last replay if there was one.';
comment on column inbox.queued_events.next_attempt_at is 'When it may be tried, by the database''s clock. Null for dead and discarded.';
comment on column inbox.queued_events.last_error is
  'The error of the last attempt, kept after a replay; null if none failed.';
comment on column inbox.queued_events.late_copy is
  'True: stored because its delivery had to be answered while the handlers still ran. They may still finish; then this row is deleted.';
comment on column inbox.queued_events.occurred_at is 'When it happened by DingTalk''s clock. Null if the event does not say.';
comment on column inbox.queued_events.received_at is 'When the first delivery arrived, by the service''s clock.';
comment on column inbox.queued_events.happened_at is 'The time that decides the order: occurred_at, or received_at if there is none. One that is more than a day ahead of the database''s clock cannot be true and does not count; then it is queued_at.';
comment on column inbox.queued_events.queued_at is 'When it was queued, by the database''s clock.';
comment on column inbox.queued_events.changed_at is 'When its state last changed, by the database''s clock.';
comment on column inbox.queued_events.transport is 'Entrance of the first delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column inbox.queued_events.source_address is 'Network address of the sender; behind a trusted proxy, the one that the proxy saw.';
comment on column inbox.queued_events.payload is 'The decrypted event. A sanitised projection if payload_raw is not null.';
comment on column inbox.queued_events.payload_sha256 is 'SHA-256 of the canonical JSON (sorted keys) as received.';
comment on column inbox.queued_events.payload_raw is 'The exact decrypted bytes if jsonb cannot store them faithfully, otherwise null.';

-- One row per attempt that failed, of events that were queued. Append only: written in the transaction that records the failure
-- in queued_events, which has only the last one. The cleanup removes it with its event.
create table inbox.failed_attempts (
  event_id         text        not null,
  attempt_id       uuid        not null default gen_random_uuid(),
  corp_id          text        not null,
  event_type       text        not null,
  attempt          integer     not null,
  state_after      text        not null,
  started_at       timestamptz,                           -- null: no worker held its lease
  failed_at        timestamptz not null default clock_timestamp(),
  error            text,
  node             text,                                  -- null: in its delivery

  constraint failed_attempts_pkey primary key (event_id, attempt_id),
  constraint failed_attempts_attempt_positive check (attempt >= 1),
  constraint failed_attempts_state_after_known check (state_after in ('retrying', 'dead'))
);

comment on table inbox.failed_attempts is
  'Attempts at queued events that failed, one row each. Append only; removed with the event.';
comment on column inbox.failed_attempts.event_id is 'The event, as in queued_events.';
comment on column inbox.failed_attempts.attempt_id is 'Distinguishes the attempts at one event; has no other meaning.';
comment on column inbox.failed_attempts.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.failed_attempts.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.failed_attempts.attempt is 'Its number, from 1; after a replay from 1 again.';
comment on column inbox.failed_attempts.state_after is 'What became of the event: retrying, or dead.';
comment on column inbox.failed_attempts.started_at is
  'When it began: the arrival of the delivery by the service''s clock, or the lease of a worker by the database''s clock.';
comment on column inbox.failed_attempts.failed_at is 'When the failure was recorded, by the database''s clock.';
comment on column inbox.failed_attempts.error is 'The error.';
comment on column inbox.failed_attempts.node is
  'The node that recorded it: host and process. If the node of the attempt vanished, the one that took the event over. Null: it was the delivery itself, before the event was queued.';

-- One row per ordering key that a worker holds. The lease is on the key and not on the event, so that two workers never
-- run two events of one approval at once.
create table inbox.ordering_leases (
  ordering_key     text        not null,
  corp_id          text        not null,
  lease_token      uuid        not null,
  holder           text        not null,
  leased_at        timestamptz not null default now(),
  leased_until     timestamptz not null,
  takeovers        integer     not null default 0,

  constraint ordering_leases_pkey primary key (corp_id, ordering_key)
);

alter table inbox.ordering_leases set (
  autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0);

comment on table inbox.ordering_leases is
  'Ordering keys whose first queued event is being processed, one row each. Only the holder of the lease may change a queued event of the key.';
comment on column inbox.ordering_leases.ordering_key is 'The key (queued_events.ordering_key).';
comment on column inbox.ordering_leases.corp_id is 'DingTalk organisation (corpId) of the events of the key; empty where they name none.';
comment on column inbox.ordering_leases.lease_token is 'Proof of the lease: every write of the holder checks it.';
comment on column inbox.ordering_leases.holder is 'The holder: host and process id of the node, or the operator''s command.';
comment on column inbox.ordering_leases.leased_at is 'Since when, by the database''s clock.';
comment on column inbox.ordering_leases.leased_until is 'Until when, by the database''s clock; then any worker may take it over.';
comment on column inbox.ordering_leases.takeovers is 'How often it was taken over because its holder had not released it in time.';

-- One row per event that ever went into the queue. Append only: it shows whether one got lost there.
create table inbox.accepted_events (
  event_id         text        not null,
  natural_key      text        collate "C",               -- null: the event type has no precise one
  corp_id          text        not null,
  event_type       text        not null,
  accepted_at      timestamptz not null default now(),

  constraint accepted_events_pkey primary key (event_id)
);

create index accepted_events_accepted_at_idx on inbox.accepted_events (accepted_at, event_id);
-- The cleanup removes these rows together with the processed event, even if that has another event_id.
create index accepted_events_natural_key_idx on inbox.accepted_events (natural_key) where natural_key is not null;

alter table inbox.accepted_events set (autovacuum_vacuum_scale_factor = 0.02);

comment on table inbox.accepted_events is
  'Events that were answered success from the queue, one row each. Append only: every one of them is processed, queued or discarded.';
comment on column inbox.accepted_events.event_id is 'Identity of the event, as in queued_events.';
comment on column inbox.accepted_events.natural_key is 'Second identity: the event may have been processed under another event_id with this key.';
comment on column inbox.accepted_events.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.accepted_events.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.accepted_events.accepted_at is 'When it was queued, by the database''s clock; its delivery was answered after that.';

-- One row per event that an operator replayed or discarded. Append only: written in the transaction that did it.
create table inbox.operator_actions (
  event_id         text        not null,
  action_id        uuid        not null default gen_random_uuid(),
  corp_id          text        not null,
  event_type       text        not null,
  action           text        not null,
  state_before     text        not null,
  attempts_before  integer,                               -- null: it was processed
  error_before     text,                                  -- null: it had not failed
  operator         text        not null,
  origin           text        not null,
  reason           text        not null,
  acted_at         timestamptz not null default now(),

  constraint operator_actions_pkey primary key (event_id, action_id),
  constraint operator_actions_action_known check (action in ('replay', 'discard', 'drop', 'repeat')),
  constraint operator_actions_state_before_known
    check (state_before in ('pending', 'retrying', 'dead', 'discarded', 'processed')),
  constraint operator_actions_repeats_processed check ((action = 'repeat') = (state_before = 'processed')),
  constraint operator_actions_attempts_of_queued check ((attempts_before is null) = (state_before = 'processed')),
  constraint operator_actions_operator_given check (operator ~ '\S'),
  constraint operator_actions_reason_given check (reason ~ '\S')
);

create index operator_actions_acted_at_idx on inbox.operator_actions (acted_at, event_id);

comment on table inbox.operator_actions is
  'What operators did with single events, one row each, committed with what was done. Append only.';
comment on column inbox.operator_actions.event_id is 'The event, as in queued_events or processed_events.';
comment on column inbox.operator_actions.action_id is 'Distinguishes the actions on one event; has no other meaning.';
comment on column inbox.operator_actions.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.operator_actions.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.operator_actions.action is
  'replay: a queued event may be tried again, from its first attempt. discard: a queued event was given up, and stays known. drop: an event to discard was already processed, so only its copy in the queue was deleted. repeat: the handlers of a processed event ran once more.';
comment on column inbox.operator_actions.state_before is 'Its state in queued_events at that moment, or processed.';
comment on column inbox.operator_actions.attempts_before is 'How often its handlers had failed; null if it was processed.';
comment on column inbox.operator_actions.error_before is 'The error of its last attempt; null if none had failed.';
comment on column inbox.operator_actions.operator is 'Who did it: the value of --operator, otherwise user@host of the operating system.';
comment on column inbox.operator_actions.origin is 'Where: the command, its host and its process.';
comment on column inbox.operator_actions.reason is 'Why, in the operator''s words.';
comment on column inbox.operator_actions.acted_at is 'Start of the transaction that did it, by the database''s clock.';
