-- Evidence that the event log was not changed, and the open transactions that may still add an event to an hour that is over.
--
-- Operators: creates two empty tables; takes no lock on any other table. Creates two functions that see other sessions, with the
-- privileges of their owner: grant it pg_read_all_stats, or sealing waits for every session of another role to end (the service's
-- log names them). A service with another role than the owner needs execute on them.
set local lock_timeout = '2s';

-- One chain of everything that is sealed. A seal contains the one before it. There are two steps: the content is computed from the
-- rows that are sealed, and the seal from the content and the rest of its own row. So the chain can be computed again, even after
-- the cleanup has removed what it is about.
--
-- Nothing in a row tells the check to leave something out: what was removed, by which run, and what was kept, is a seal itself,
-- made by whoever has the key, before and after.
create table inbox.event_seals (
  seal_number  bigint      not null,
  kind         text        not null,
  table_name   text        not null,                      -- '': a run of the cleanup as a whole
  event_type   text        not null,                      -- '': the table has no types, or the hour no events
  hour         timestamptz not null,
  row_count    bigint      not null,
  run_id       uuid,                                      -- null: not about the cleanup
  key_id       text        not null,
  content      bytea       not null,
  seal         bytea       not null,
  sealed_at    timestamptz not null default now(),

  constraint event_seals_pkey primary key (seal_number),
  constraint event_seals_seal_number_positive check (seal_number >= 1),
  constraint event_seals_kind_known check (kind in ('rows', 'removal', 'kept', 'removed')),
  constraint event_seals_run_of_cleanup check ((run_id is null) = (kind = 'rows')),
  constraint event_seals_hour_is_full check (extract(epoch from hour) % 3600 = 0),
  constraint event_seals_row_count_not_negative check (row_count >= 0),
  constraint event_seals_content_length check (octet_length(content) in (0, 32)),
  constraint event_seals_seal_length check (octet_length(seal) = 32)
);

-- An hour is sealed once, whichever node does it, and so is what a run does with it.
create unique index event_seals_hour_key on inbox.event_seals (hour, table_name, event_type, kind, run_id) nulls not distinct;
-- What the cleanup has removed of a day.
create index event_seals_cleanup_idx on inbox.event_seals (table_name, event_type, hour) where kind <> 'rows';

comment on table inbox.event_seals is
  'Seals of the log: one per hour, table and event type, and those by which the cleanup proves what it removed. One chain. Append only; never removed.';
comment on column inbox.event_seals.seal_number is 'From 1, without a gap, in the order in which they were made.';
comment on column inbox.event_seals.kind is
  'rows: the rows of an hour. removal: a run of the cleanup began with a day, or began as a whole. kept: what it leaves in an hour of that day, because of a legal hold. removed: it is done with the day, or ended as a whole.';
comment on column inbox.event_seals.table_name is 'The table whose rows are sealed or removed; empty: a run of the cleanup as a whole.';
comment on column inbox.event_seals.event_type is
  'DingTalk''s EventType, as received; empty: the table is not sealed by type, or no event was processed in that hour.';
comment on column inbox.event_seals.hour is
  'Start of the hour (UTC), by the database''s clock, in which the rows were written; for removal and removed, start of the day.';
comment on column inbox.event_seals.row_count is 'How many rows were sealed or kept; for removal, how many are kept in the whole day; for removed, how many this run removed.';
comment on column inbox.event_seals.run_id is 'The run of the cleanup (cleanup_runs.run_id); null for rows.';
comment on column inbox.event_seals.key_id is 'The key that made the seal: the beginning of its SHA-256. The key itself is not in the database.';
comment on column inbox.event_seals.content is
  'HMAC-SHA-256 of all columns of the rows, with the same key as the seal; for removal and removed, of the row of cleanup_runs. Empty if there is none.';
comment on column inbox.event_seals.seal is
  'HMAC-SHA-256 of the previous seal and all columns of this row except this one.';
comment on column inbox.event_seals.sealed_at is 'When it was made, by the database''s clock.';

-- The state of an approval changes, so each state is sealed that the hours ended with. One row per approval and hour in which an event
-- of the approval was processed.
create table inbox.approval_seals (
  hour                 timestamptz not null,
  process_instance_id  text        not null,
  corp_id              text        not null,              -- '' if the events name no organisation
  content              bytea       not null,

  constraint approval_seals_pkey primary key (hour, process_instance_id, corp_id),
  constraint approval_seals_hour_is_full check (extract(epoch from hour) % 3600 = 0),
  constraint approval_seals_content_length check (octet_length(content) = 32)
);

comment on table inbox.approval_seals is
  'Sealed states of approvals, with their tasks: one row per approval and hour in which an event of it was processed. The seal of the hour (event_seals, approval_instances) covers them. Append only; never removed.';
comment on column inbox.approval_seals.hour is 'Start of the hour (UTC) of the events.';
comment on column inbox.approval_seals.process_instance_id is 'The approval, as in approval_instances.';
comment on column inbox.approval_seals.corp_id is 'Its organisation, as in approval_instances.';
comment on column inbox.approval_seals.content is 'HMAC-SHA-256 of the approval and its tasks, with the key of the hour''s seal.';

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
