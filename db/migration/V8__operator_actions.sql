-- What operators have done with events: who, what, when, and why.
--
-- Operators: creates an empty table; else it changes only comments.
set local lock_timeout = '2s';

-- One row per event that an operator replayed or discarded. Append only: written in the transaction that did it.
create table operator_actions (
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

create index operator_actions_acted_at_idx on operator_actions (acted_at, event_id);

comment on table operator_actions is
  'What operators have done with single events, one row each, committed with what was done. Append only.';
comment on column operator_actions.event_id is 'The event, as in queued_events or processed_events.';
comment on column operator_actions.action_id is 'Tells the actions on one event apart; says nothing else.';
comment on column operator_actions.corp_id is 'DingTalk organisation (corpId) of the event; empty where it names none.';
comment on column operator_actions.event_type is 'DingTalk''s EventType, as received.';
comment on column operator_actions.action is
  'replay: a queued event may be tried again, from its first attempt. discard: a queued event was given up; it stays known. drop: it was to be discarded, but had been processed, so only its copy in the queue was deleted. repeat: the handlers of a processed event ran once more.';
comment on column operator_actions.state_before is 'Its state in queued_events at that moment, or processed.';
comment on column operator_actions.attempts_before is 'How often its handlers had failed; null if it was processed.';
comment on column operator_actions.error_before is 'What its last attempt had failed with; null if none had.';
comment on column operator_actions.operator is 'Who did it: what --operator said, else user@host of the operating system.';
comment on column operator_actions.origin is 'From where: the command with its host and process.';
comment on column operator_actions.reason is 'Why, in the operator''s words.';
comment on column operator_actions.acted_at is 'Start of the transaction that did it, by the database''s clock.';

comment on column queued_events.state is
  'pending: not tried yet, or replayed by an operator; retrying: has failed, will be tried again; dead: has failed for good, waits for an operator and holds up its ordering_key; discarded: given up by an operator. Being processed just now: ordering_leases has its ordering_key.';
comment on column queued_events.attempts is 'How often its handlers have failed, since its last replay if there was one.';
comment on column queued_events.last_error is
  'What the last attempt failed with, kept after a replay; null if none has failed.';
