-- How long handlers take, and an index for everything that goes by the hour in which events were processed.
--
-- Operators: creates an empty table. The indexes on processed_events and duplicate_deliveries are built under a lock that
-- keeps new rows out (about 1 s per million rows; callbacks are answered 503 meanwhile and come again). On a big
-- log, build them beforehand, with the service running: create index concurrently, under the same names.
set local lock_timeout = '2s';

-- One row per event whose handlers ran. Written shortly after their transaction has committed and not in it, because that
-- transaction must not wait for a statistic: a crash may cost the last second of these rows, and no event.
create table handling_times (
  app            text        not null,
  corp_id        text        not null,
  event_type     text        not null,
  handled_at     timestamptz not null,
  handling_time  interval    not null,

  constraint handling_times_handling_time_not_negative check (handling_time >= interval '0')
);

create index handling_times_handled_at_idx on handling_times (handled_at);

comment on table handling_times is
  'How long the handlers of processed events took, one row per event. Append only. A statistic: after a crash, the rows of its last second may be missing.';
comment on column handling_times.app is 'Name of the app in dingtalk.apps whose callback brought the event.';
comment on column handling_times.corp_id is 'DingTalk organisation (corpId) of the event; empty where it names none.';
comment on column handling_times.event_type is 'DingTalk''s EventType, as received.';
comment on column handling_times.handled_at is 'When its handlers had run, by the service''s clock.';
comment on column handling_times.handling_time is
  'How long the handlers of the event took, all together; of events that share a transaction, those of the transaction.';

-- Seals and the cleanup go by the hour and day in which events were processed, audits of duplicates by when they arrived.
create index if not exists processed_events_processed_at_idx on processed_events (processed_at);
create index if not exists duplicate_deliveries_received_at_idx on duplicate_deliveries (received_at);

-- The cleanup removes what was accepted together with what was processed, also under another event_id.
create index accepted_events_natural_key_idx on accepted_events (natural_key) where natural_key is not null;
