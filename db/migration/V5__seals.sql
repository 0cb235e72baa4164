-- Evidence that the event log was not changed, and the open transactions that may still add an event to an hour that is over.
--
-- Operators: creates an empty table; takes no lock on any other table. Creates two functions that see other sessions, with the
-- privileges of their owner: grant it pg_read_all_stats, or sealing waits for every session of another role to end (the service's
-- log names them). A service with another role than the owner needs execute on them.
set local lock_timeout = '2s';

-- One row per hour and event type, and one with the type '' for an hour without events: so every hour up to the last one is
-- sealed, and an event that is added to any of them can be detected. A seal contains the one before it. There are two steps: the
-- content is computed from the events, and the seal from the content and the rest of the row. So the whole chain can be computed
-- again, even after the cleanup has removed events.
create table inbox.event_seals (
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
  -- An event of the type '' may be inserted by hand: that must not end the sealing of all others.
  constraint event_seals_events_of_type check (events > 0 or (events = 0 and event_type = '')),
  constraint event_seals_seal_length check (octet_length(seal) = 32)
);

comment on table inbox.event_seals is
  'Seals of the event log, one row per hour of processed_events.processed_at and event type. Append only; stays when the events are removed.';
comment on column inbox.event_seals.seal_number is 'From 1, without a gap, in the order of hour and event_type.';
comment on column inbox.event_seals.hour is 'Start of the hour (UTC) in which the events were processed.';
comment on column inbox.event_seals.event_type is 'DingTalk''s EventType, as received; empty: no event was processed in that hour.';
comment on column inbox.event_seals.events is 'How many events were sealed.';
comment on column inbox.event_seals.key_id is 'The key that made the seal: the beginning of its SHA-256. The key itself is not in the database.';
comment on column inbox.event_seals.content is
  'HMAC-SHA-256 of all columns of the events, with the same key as the seal; empty if there was no event.';
comment on column inbox.event_seals.seal is
  'HMAC-SHA-256 of the previous seal and all columns of this row except this one and removed_at.';
comment on column inbox.event_seals.sealed_at is 'When it was made, by the database''s clock.';
comment on column inbox.event_seals.removed_at is 'When the cleanup began to remove these events, by the database''s clock; null while they are there.';

-- The transactions of this database, except the caller's own, that may still insert an event with an earlier time:
-- processed_at is the start of the transaction, but the row becomes visible when it commits. An unknown start counts as the
-- beginning of time: it is better to wait than to seal an hour too early.
--
-- The start is unknown
--   * of a session whose row of pg_stat_activity is hidden from the owner of this function. What is hidden is null,
--     including the type of the backend, which is never null otherwise;
--   * of a session with track_activities off, which does not report its transactions;
--   * of a prepared transaction: only the time of its preparation is known.
--
-- Whatever can insert has a user: client sessions, connections for replication, background workers (logical replication,
-- pg_cron). Autovacuum and the server's own processes have none: they insert no event, and an autovacuum of hours must
-- not hold up the seals. Other databases do not matter. A parallel worker shows the start of its leader.
--
-- Why nothing is overlooked:
--   * A session shows its transaction until it has left the list of running ones. So a snapshot that is taken after the
--     call sees a transaction that is not listed here as committed, or it will never commit. Call first, then read the events, in a
--     statement of its own, READ COMMITTED.
--   * A prepared transaction is listed as such before its session stops showing it. So the sessions are looked at first;
--     these are two statements for that reason. It stays listed until it is out of the list of running ones.
--   * A transaction takes the time of its start just before it shows it. The caller has to allow for the microseconds in
--     between (or for however long the machine does not let it run), by leaving hours alone for some minutes after
--     their end.
--   * PostgreSQL caches the list of sessions until the caller's transaction ends: the cache is cleared first.
create function inbox.seal_obstacles()
  returns table (pid integer, application_name text, gid text, started_at timestamptz)
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, inbox, pg_temp
as $$
begin
  perform pg_stat_clear_snapshot();
  return query
    select a.pid,
           a.application_name,
           null::text,
           case when a.backend_type is null or a.state = 'disabled' then timestamptz '-infinity' else a.xact_start end
      from pg_stat_activity a
     where a.datid = (select d.oid from pg_database d where d.datname = current_database())
       and a.pid <> pg_backend_pid()
       and a.usesysid is not null
       and (a.backend_type is null or a.state = 'disabled' or a.xact_start is not null);
  return query
    select null::integer, null::text, p.gid, timestamptz '-infinity'
      from pg_prepared_xacts p
     where p.database = current_database();
end
$$;

create function inbox.oldest_open_transaction()
  returns timestamptz
  language sql
  volatile
  security definer
  set search_path = pg_catalog, inbox, pg_temp
as $$
  select min(o.started_at) from inbox.seal_obstacles() o
$$;

comment on function inbox.seal_obstacles() is
  'Transactions of this database, except the caller''s own, that may still insert an event: sessions (pid) and prepared ones (gid). started_at is -infinity if it is unknown.';
comment on function inbox.oldest_open_transaction() is
  'Start of the oldest of seal_obstacles(): -infinity if one is unknown, null if there is none. An hour that ended before this, and some minutes ago, gets no more events.';

revoke execute on function inbox.seal_obstacles() from public;
revoke execute on function inbox.oldest_open_transaction() from public;
