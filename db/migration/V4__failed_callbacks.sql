-- What was pulled from DingTalk's lists of failed callbacks, and whose turn it is to pull.
--
-- Operators: creates two empty tables; takes no lock on any other table. Both stay empty unless an app has a client-id.
set local lock_timeout = '2s';

-- One row per app. The node that calls DingTalk holds the row's lock, in a transaction that is open during the calls: so it is
-- one node at a time, and a node whose session has ended knows before its next call.
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
comment on column inbox.recovery_polls.polled_at is 'Start of the last poll that came to an end, by the database''s clock; the next one is due inbox.recovery.interval later.';
comment on column inbox.recovery_polls.succeeded_at is 'The same of the last poll in which DingTalk gave its list. If that is long ago, read last_error: what DingTalk could not deliver is being lost.';
comment on column inbox.recovery_polls.last_error is 'What went wrong in the last poll, and what to do about it. Null where nothing did.';
comment on column inbox.recovery_polls.polls is 'Polls so far, whether they succeeded or not.';
comment on column inbox.recovery_polls.pages is 'Pages so far that had something in them.';

-- One row per answer of DingTalk's that had events in it, or that could not be read. An answer is stored before anything
-- else is done with it, because the next call makes DingTalk forget it. (So is an empty one, for a moment.)
create table inbox.failed_callback_pages (
  app                  text        not null,
  page_id              uuid        not null,
  received_at          timestamptz not null,
  processed_at         timestamptz,                       -- null: not yet, or not all of it
  new_events           integer     not null default 0,
  duplicates           integer     not null default 0,
  unreadable_elements  integer     not null default 0,
  waiting_elements     integer[],                         -- null: processed, or not tried to the end yet
  problem              text,                              -- null: everything could be read
  body                 bytea       not null,

  constraint failed_callback_pages_pkey primary key (app, page_id),
  constraint failed_callback_pages_counts_not_negative check (
    new_events >= 0 and duplicates >= 0 and unreadable_elements >= 0),
  constraint failed_callback_pages_nothing_waits_when_processed check (processed_at is null or waiting_elements is null),
  constraint failed_callback_pages_unreadable_has_problem check (unreadable_elements = 0 or problem is not null)
);

-- Every poll first takes the pages of its app that are not processed.
create index failed_callback_pages_unprocessed_idx on inbox.failed_callback_pages (app, received_at) where processed_at is null;

comment on table inbox.failed_callback_pages is
  'Answers of DingTalk''s get_call_back_failed_result, one row each, stored before they are read. Each element goes the way of any delivery.';
comment on column inbox.failed_callback_pages.app is 'Name of the app in inbox.apps whose list it is.';
comment on column inbox.failed_callback_pages.page_id is 'Made up by the service before the insert, so that it can be tried again.';
comment on column inbox.failed_callback_pages.received_at is 'When the answer had arrived, by the service''s clock.';
comment on column inbox.failed_callback_pages.processed_at is
  'When every element that is an event had been received, by the database''s clock. Null: taken again at the next poll. To have a page read again, set it to null.';
comment on column inbox.failed_callback_pages.new_events is 'Elements that were events not known before.';
comment on column inbox.failed_callback_pages.duplicates is 'Elements whose event was known already, mostly because DingTalk had delivered it after all.';
comment on column inbox.failed_callback_pages.unreadable_elements is 'Elements that are no event as far as the service knows. They are nowhere but in body.';
comment on column inbox.failed_callback_pages.waiting_elements is 'Positions (from 0) of the elements whose receiving failed, for the next poll. The log says why.';
comment on column inbox.failed_callback_pages.problem is 'Why the page, or the first of its unreadable elements, could not be read.';
comment on column inbox.failed_callback_pages.body is 'The exact bytes of the answer.';
