-- What was pulled from DingTalk's lists of failed callbacks, and which node may pull.
--
-- Operators: creates two empty tables; takes no lock on any other table. Both stay empty unless an app has a client-id.
set local lock_timeout = '2s';

-- One row per app. The node that calls DingTalk holds the row's lock, in a transaction that is open during the calls: so
-- only one node calls at a time, and a node whose session has ended notices it before its next call.
create table inbox.recovery_polls (
  app           text        not null,
  polled_at     timestamptz,                              -- null: not yet
  succeeded_at  timestamptz,                              -- null: never
  last_error    text,                                     -- null: the last poll succeeded
  polls         bigint      not null default 0,
  pages         bigint      not null default 0,

  constraint recovery_polls_pkey primary key (app),
  constraint recovery_polls_counts_not_negative check (polls >= 0 and pages >= 0),
  constraint recovery_polls_polled_before_succeeded check (succeeded_at is null or polled_at >= succeeded_at)
);

comment on table inbox.recovery_polls is
  'Polls of DingTalk''s lists of failed callbacks, one row per app. The lock on a row is the right to call DingTalk for the app.';
comment on column inbox.recovery_polls.app is 'Name of the app in inbox.apps.';
comment on column inbox.recovery_polls.polled_at is 'Start of the last complete poll, by the database''s clock; the next one is due inbox.recovery.interval later.';
comment on column inbox.recovery_polls.succeeded_at is 'Start of the last poll that got DingTalk''s list. If that is long ago, events that DingTalk could not deliver are being lost: see last_error.';
comment on column inbox.recovery_polls.last_error is 'What went wrong in the last poll, and what to do about it. Null: nothing.';
comment on column inbox.recovery_polls.polls is 'Number of polls so far, successful or not.';
comment on column inbox.recovery_polls.pages is 'Number of pages so far that were not empty.';

-- One row per answer of DingTalk that contained events or could not be read. An answer is stored before anything else is
-- done with it, because the next call makes DingTalk forget it. (Empty ones are deleted at once.)
create table inbox.failed_callback_pages (
  app                  text        not null,
  page_id              uuid        not null,
  received_at          timestamptz not null,
  recorded_at          timestamptz not null default now(),
  processed_at         timestamptz,                       -- null: not yet, or not all of it
  new_events           integer     not null default 0,
  duplicates           integer     not null default 0,
  unreadable_elements  integer     not null default 0,
  waiting_elements     integer[],                         -- null: processed, or not all tried yet
  problem              text,                              -- null: everything could be read
  body                 bytea       not null,

  constraint failed_callback_pages_pkey primary key (app, page_id),
  constraint failed_callback_pages_counts_not_negative check (
    new_events >= 0 and duplicates >= 0 and unreadable_elements >= 0),
  constraint failed_callback_pages_nothing_waits_when_processed check (processed_at is null or waiting_elements is null),
  constraint failed_callback_pages_unreadable_has_problem check (unreadable_elements = 0 or problem is not null)
);

-- Every poll first takes the pages of its app that are not processed.
create index failed_callback_pages_unprocessed_idx on inbox.failed_callback_pages (app, recorded_at) where processed_at is null;

comment on table inbox.failed_callback_pages is
  'Answers of DingTalk''s get_call_back_failed_result, one row each, stored before they are read. Each element is received like any delivery.';
comment on column inbox.failed_callback_pages.app is 'Name of the app in inbox.apps whose list it is.';
comment on column inbox.failed_callback_pages.page_id is 'Chosen by the service before the insert, so that the insert can be repeated.';
comment on column inbox.failed_callback_pages.received_at is 'When the answer arrived, by the service''s clock.';
comment on column inbox.failed_callback_pages.recorded_at is 'When it was stored, by the database''s clock. Pages are received in this order.';
comment on column inbox.failed_callback_pages.processed_at is
  'When all elements that are events had been received, by the database''s clock. Null: the next poll receives the page again. To repeat a page, set this to null.';
comment on column inbox.failed_callback_pages.new_events is 'Elements that were events not known before.';
comment on column inbox.failed_callback_pages.duplicates is 'Elements whose event was already known, usually because DingTalk had delivered it after all.';
comment on column inbox.failed_callback_pages.unreadable_elements is 'Elements that the service cannot read as events. They are kept only in body.';
comment on column inbox.failed_callback_pages.waiting_elements is 'Positions (from 0) of the elements that could not be received, for the next poll. The log says why.';
comment on column inbox.failed_callback_pages.problem is 'Why the page, or the first of its unreadable elements, could not be read.';
comment on column inbox.failed_callback_pages.body is 'The exact bytes of the answer.';
