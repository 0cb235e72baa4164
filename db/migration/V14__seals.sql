-- Which transactions are still open, and may yet bring an event into an hour that is over.
--
-- Operators: takes no lock that anything waits for. Makes two functions that see other sessions, with the privileges of
-- the role that owns them: grant it pg_read_all_stats, or sealing waits for every session of another role to end (the
-- service's log names it). A service with another role than the owner needs execute on them.
set local lock_timeout = '2s';

-- The transactions of this database, other than the caller's own, in which an event may still be inserted that is dated
-- back: processed_at is the start of the transaction that inserts, and the row shows when it commits. A start that is not
-- known counts as the beginning of time: it is better to wait than to seal an hour into which a row still comes.
--
-- Not known is the start
--   * of a session whose row of pg_stat_activity is hidden from the owner of this function. What is hidden is null, the
--     type of the backend too, which no other row lacks;
--   * of a session with track_activities off, which does not report its transactions;
--   * of a prepared transaction: of it there is only when it was prepared.
--
-- What can insert has a user: client sessions, connections for replication, background workers (logical replication,
-- pg_cron). Without one are autovacuum and the server's own processes: they insert no event, and an autovacuum of hours
-- must not hold up the seals. Other databases do not matter. A parallel worker shows the start of its leader's.
--
-- Why nothing is overlooked:
--   * A session shows its transaction until after that is out of the list of running ones. So what this does not list, a
--     snapshot that is taken after the call sees as committed, or never will. Call first, then read the events, in a
--     statement of its own, READ COMMITTED.
--   * A prepared transaction is listed as such before its session stops showing it. So the sessions are looked at first;
--     these are two statements for that reason. It stays listed until it is out of the list of running ones.
--   * A transaction takes the time of its start just before it shows it. The microseconds in between (or however long
--     the machine does not let it run) are what the caller has to allow for, by leaving hours alone for some minutes
--     after their end.
--   * PostgreSQL keeps what it has once shown of the sessions until the caller's transaction ends: that is dropped first.
create function seal_obstacles()
  returns table (pid integer, application_name text, gid text, started_at timestamptz)
  language plpgsql
  volatile
  security definer
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

create function oldest_open_transaction()
  returns timestamptz
  language sql
  volatile
  security definer
as $$
  select min(o.started_at) from seal_obstacles() o
$$;

comment on function seal_obstacles() is
  'Transactions of this database, without the caller''s own, that may still insert an event: sessions (pid) and prepared ones (gid). started_at is -infinity where it is not known.';
comment on function oldest_open_transaction() is
  'Start of the oldest of seal_obstacles(): -infinity if one''s is not known, null if there is none. An hour that ended before, some minutes ago, gets no more events.';

revoke execute on function seal_obstacles() from public;
revoke execute on function oldest_open_transaction() from public;

do $$
begin
  execute format('alter function seal_obstacles() set search_path = %I, pg_temp', current_schema());
  execute format('alter function oldest_open_transaction() set search_path = %I, pg_temp', current_schema());
end
$$;
