-- The cleanup: what it removed, and the only functions that may remove anything.
--
-- Operators: creates four empty tables; takes no lock on anything else.
set local lock_timeout = '2s';

-- One row per run, table, event type and day, which grows with every batch, in the transaction that removes the batch; and
-- one with an empty table_name for the run as a whole.
create table inbox.cleanup_runs (
  run_id           uuid        not null,
  table_name       text        not null,                  -- '': the run as a whole
  event_type       text        not null,                  -- '': the run as a whole, or a table without types
  day              timestamptz not null,
  rows_removed     bigint      not null default 0,
  unsealed         boolean     not null default false,
  outcome          text,                                  -- null: running or killed; or not the run as a whole
  problem          text,                                  -- null: there was none
  archive_file     text,                                  -- null: not archived
  archive_rows     bigint,
  archive_sha256   bytea,
  operator         text        not null,
  origin           text        not null,
  reason           text        not null,
  holds_seen       bigint      not null default 0,
  began_at         timestamptz not null default now(),
  ended_at         timestamptz,                           -- null: not done

  constraint cleanup_runs_pkey primary key (run_id, table_name, event_type, day),
  constraint cleanup_runs_day_is_full check (extract(epoch from day) % 86400 = 0),
  constraint cleanup_runs_rows_removed_not_negative check (rows_removed >= 0),
  constraint cleanup_runs_unsealed_of_events check (not unsealed or table_name = 'processed_events'),
  constraint cleanup_runs_outcome_known check (outcome in ('completed', 'refused', 'stopped', 'failed')),
  constraint cleanup_runs_outcome_of_whole_run check (outcome is null or (table_name = '' and ended_at is not null)),
  constraint cleanup_runs_archive_complete
    check (num_nulls(archive_file, archive_rows, archive_sha256) in (0, 3)),
  constraint cleanup_runs_archive_sha256_length check (octet_length(archive_sha256) = 32),
  constraint cleanup_runs_archive_has_all_removed check (rows_removed <= archive_rows),
  constraint cleanup_runs_operator_given check (operator ~ '\S'),
  constraint cleanup_runs_origin_given check (origin ~ '\S'),
  constraint cleanup_runs_reason_given check (reason ~ '\S')
);

-- Whether events of a type and time were removed: for audits, and for the cleanup itself to continue.
create index cleanup_runs_removed_idx on inbox.cleanup_runs (event_type, day, table_name);

comment on table inbox.cleanup_runs is
  'What the cleanup removed: a row per run, table, event type and day, and one (table_name empty) for the run as a whole. Append only, except that the counts grow during the run.';
comment on column inbox.cleanup_runs.run_id is 'Distinguishes the runs; has no other meaning.';
comment on column inbox.cleanup_runs.table_name is 'The table that rows were removed from; empty: the run as a whole.';
comment on column inbox.cleanup_runs.event_type is 'DingTalk''s EventType of the rows, as received; empty for a table without types, and for the run as a whole.';
comment on column inbox.cleanup_runs.day is
  'Start of the day (UTC) of the rows: by processed_at of processed_events, recorded_at of duplicate_deliveries, handled_at of handling_times, changed_at of discarded queued_events, processed_at of failed_callback_pages; for identity_windows and the run as a whole, the day on which it ran.';
comment on column inbox.cleanup_runs.rows_removed is 'Number of rows so far. Committed with each batch.';
comment on column inbox.cleanup_runs.unsealed is
  'Whether these events were removed without a seal, because no key for seals had ever been set. False for all other tables.';
comment on column inbox.cleanup_runs.outcome is
  'For a run as a whole: completed (nothing that was due is left), refused (something was left, see problem), stopped (the service ended), failed. Null: it is running, or was killed.';
comment on column inbox.cleanup_runs.problem is 'Why the run did not remove everything that was due, and what to do about it. Null: it did.';
comment on column inbox.cleanup_runs.archive_file is 'Name of the file with the rows, in the folder inbox.retention.archive; null: not archived.';
comment on column inbox.cleanup_runs.archive_rows is 'Number of rows of this type in the file. The cleanup stops if it finds a different number.';
comment on column inbox.cleanup_runs.archive_sha256 is 'SHA-256 of the file, as sha256sum prints it.';
comment on column inbox.cleanup_runs.operator is 'Who ran it: schedule, or the value of --operator, otherwise user@host of the operating system.';
comment on column inbox.cleanup_runs.origin is 'Where: host and process.';
comment on column inbox.cleanup_runs.reason is 'Why, in the operator''s words.';
comment on column inbox.cleanup_runs.holds_seen is
  'How many rows legal_holds and legal_hold_releases had when it began with the day. Once there are more, it begins with the day again.';
comment on column inbox.cleanup_runs.began_at is 'When it began, by the database''s clock.';
comment on column inbox.cleanup_runs.ended_at is 'When the last row of that day was removed, or the run ended, by the database''s clock. Null: some rows may be left, and the next run continues.';

-- What must not be removed, and why: one row per legal hold. Append only.
create table inbox.legal_holds (
  hold_id              uuid        not null default gen_random_uuid(),
  process_instance_id  text,                              -- null, here and below: any
  corp_id              text,
  event_type           text,
  held_from            timestamptz,
  held_to              timestamptz,
  operator             text        not null,
  origin               text        not null,
  reason               text        not null,
  placed_at            timestamptz not null default now(),

  constraint legal_holds_pkey primary key (hold_id),
  constraint legal_holds_not_everything check (num_nonnulls(process_instance_id, corp_id, event_type, held_from, held_to) > 0),
  constraint legal_holds_from_before_to check (held_from < held_to),
  constraint legal_holds_operator_given check (operator ~ '\S'),
  constraint legal_holds_reason_given check (reason ~ '\S')
);

comment on table inbox.legal_holds is
  'Legal holds: events that the cleanup does not remove, with their duplicates, however old they are. What is given must all apply. Append only; ended by a row in legal_hold_releases.';
comment on column inbox.legal_holds.hold_id is 'Distinguishes the holds; has no other meaning.';
comment on column inbox.legal_holds.process_instance_id is 'Events of this approval (processInstanceId in the payload). Null: of any, and of none.';
comment on column inbox.legal_holds.corp_id is 'Events of this DingTalk organisation (corpId). Null: of any.';
comment on column inbox.legal_holds.event_type is 'Events of this type (EventType). Null: of any.';
comment on column inbox.legal_holds.held_from is 'Events processed at this time or later, by the database''s clock; duplicates recorded then. Null: from the beginning.';
comment on column inbox.legal_holds.held_to is 'Events processed before this time. Null: without an end.';
comment on column inbox.legal_holds.operator is 'Who placed it: the value of --operator, otherwise user@host of the operating system.';
comment on column inbox.legal_holds.origin is 'Where: the command, its host and its process.';
comment on column inbox.legal_holds.reason is 'Why, in the operator''s words.';
comment on column inbox.legal_holds.placed_at is 'Start of the transaction that placed it, by the database''s clock.';

create table inbox.legal_hold_releases (
  hold_id      uuid        not null,
  operator     text        not null,
  origin       text        not null,
  reason       text        not null,
  released_at  timestamptz not null default now(),

  constraint legal_hold_releases_pkey primary key (hold_id),
  constraint legal_hold_releases_hold_id_fkey foreign key (hold_id) references inbox.legal_holds,
  constraint legal_hold_releases_operator_given check (operator ~ '\S'),
  constraint legal_hold_releases_reason_given check (reason ~ '\S')
);

comment on table inbox.legal_hold_releases is 'Ends of legal holds, one row each. Append only.';
comment on column inbox.legal_hold_releases.hold_id is 'The hold that ended.';
comment on column inbox.legal_hold_releases.operator is 'Who released it: the value of --operator, otherwise user@host of the operating system.';
comment on column inbox.legal_hold_releases.origin is 'Where: the command, its host and its process.';
comment on column inbox.legal_hold_releases.reason is 'Why, in the operator''s words.';
comment on column inbox.legal_hold_releases.released_at is 'Start of the transaction that released it, by the database''s clock.';

create function inbox.is_held(the_corp text, the_type text, the_time timestamptz, the_approval text) returns boolean
  language sql stable as $$
  select exists (
    select
      from inbox.legal_holds h
     where (h.corp_id is null or h.corp_id = the_corp)
       and (h.event_type is null or h.event_type = the_type)
       and (h.process_instance_id is null or h.process_instance_id = the_approval)
       and (h.held_from is null or the_time >= h.held_from)
       and (h.held_to is null or the_time < h.held_to)
       and not exists (select from inbox.legal_hold_releases r where r.hold_id = h.hold_id))
$$;

-- A hold on an approval finds the duplicates of its events, which it keeps, too.
create function inbox.is_held_duplicate(duplicate inbox.duplicate_deliveries) returns boolean
  language sql stable as $$
  select inbox.is_held(
           duplicate.corp_id, duplicate.event_type, duplicate.recorded_at,
           coalesce(duplicate.payload ->> 'processInstanceId',
                    (select p.payload ->> 'processInstanceId'
                       from inbox.processed_events p
                      where p.event_id = duplicate.event_id)))
$$;

comment on function inbox.is_held_duplicate(inbox.duplicate_deliveries) is
  'Whether a legal hold keeps a duplicate delivery from being removed.';
comment on function inbox.is_held(text, text, timestamptz, text) is
  'Whether a legal hold keeps an event from being removed: its corp_id, event_type, time and processInstanceId.';

create table inbox.cleanup_lock (
  name          text         not null,
  locked_by     text         not null,
  locked_at     timestamptz  not null,
  locked_until  timestamptz  not null,

  constraint cleanup_lock_pkey primary key (name)
);

comment on table inbox.cleanup_lock is 'Who may run the cleanup now: one run at a time over all nodes and commands. An expired row has no effect.';
comment on column inbox.cleanup_lock.name is 'What is locked: cleanup, the only one.';
comment on column inbox.cleanup_lock.locked_by is 'The holder: host, process and a number.';
comment on column inbox.cleanup_lock.locked_at is 'Since when, by the database''s clock.';
comment on column inbox.cleanup_lock.locked_until is 'Until when, by the database''s clock; extended before every batch. Afterwards, or if it is more than 5 minutes ahead, any run may take it.';

-- Nothing younger than this may be removed.
--
-- A gap counts as far as the database's own times confirm it: since_first is the difference of two clocks of services, and one
-- row that is wrong by years would stop the cleanup for as long as it is there. Of an event that is gone nothing is confirmed.
create function inbox.cleanup_floor(
    out floor interval, out largest_gap interval, out gap_event_id text, out longest_window interval)
  language plpgsql stable security definer as $$
declare
  seen record;
  first_at timestamptz;
begin
  for seen in
    select d.event_id, d.since_first, d.recorded_at
      from inbox.duplicate_deliveries d
     where d.since_first > interval '1 minute' and isfinite(d.recorded_at)
     order by d.since_first desc
  loop
    exit when seen.since_first <= largest_gap;
    first_at := least((select p.processed_at from inbox.processed_events p where p.event_id = seen.event_id),
                      (select a.accepted_at from inbox.accepted_events a where a.event_id = seen.event_id));
    if isfinite(first_at) and seen.recorded_at - first_at > coalesce(largest_gap, interval '1 minute') then
      largest_gap := least(seen.since_first, seen.recorded_at - first_at);
      gap_event_id := seen.event_id;
    end if;
  end loop;
  select max(w.window_length)
    into longest_window
    from inbox.identity_windows w
   where w.window_length > interval '1 day' and w.seen_at <= now() + interval '1 day';
  -- In hours: a day of a session's time zone may have 23 or 25.
  floor := make_interval(secs => extract(epoch from greatest(interval '24 hours', largest_gap, longest_window)));
end $$;

comment on function inbox.cleanup_floor() is
  'The minimum age of what the cleanup removes: a day, the largest gap seen between an event and its duplicate, or the longest window of an event without an identity, whichever is longest.';

-- The following functions are internal.
create function inbox.require_removable_day(the_day timestamptz) returns void
  language plpgsql as $$
declare
  lowest interval := (inbox.cleanup_floor()).floor;
begin
  if extract(epoch from the_day) % 86400 <> 0 then
    raise exception '% is not the start of a day (UTC)', the_day using errcode = 'IN007';
  end if;
  if the_day + interval '24 hours' > now() - lowest then
    raise exception 'The day % did not end at least % ago: it is too recent to be removed', the_day, lowest using errcode = 'IN001';
  end if;
end $$;

-- Whether nothing was ever sealed, because no key was ever set: then events may be removed without a seal. The first seal
-- waits for the end of the caller's transaction, or the caller for that of the seal (the sealer takes the other lock before it
-- reads), so that it does not count events that are being removed.
create function inbox.is_never_sealed() returns boolean
  language plpgsql as $$
begin
  if exists (select from inbox.event_seals) then
    return false;
  end if;
  lock table inbox.event_seals in share mode;
  return not exists (select from inbox.event_seals);
end $$;

-- Grows whenever a hold is placed or released.
create function inbox.cleanup_holds() returns bigint
  language sql stable security definer as $$
  select (select count(*) from inbox.legal_holds) + (select count(*) from inbox.legal_hold_releases)
$$;

comment on function inbox.cleanup_holds() is 'How often a legal hold was placed or released.';

create function inbox.require_begun(the_run uuid, the_table text, the_types text[], the_day timestamptz, batch integer)
  returns void
  language plpgsql as $$
declare
  begun record;
begin
  if batch is null or batch not between 1 and 10000 then
    raise exception 'A batch must have 1 to 10000 rows, not %', batch using errcode = 'IN007';
  end if;
  if coalesce(cardinality(the_types), 0) = 0 then
    raise exception 'A batch needs event types' using errcode = 'IN005';
  end if;
  for begun in
    select r.run_id is not null as is_there, r.unsealed, r.holds_seen,
           exists (
             select
               from inbox.event_seals s
              where s.kind = 'removal' and s.run_id = the_run and s.table_name = the_table
                and s.event_type = wanted.event_type and s.hour = the_day) as is_sealed
      from unnest(the_types) wanted (event_type)
      left join inbox.cleanup_runs r
        on r.run_id = the_run and r.table_name = the_table and r.event_type = wanted.event_type and r.day = the_day
  loop
    if not begun.is_there then
      raise exception 'The run % has not begun with % of the day %', the_run, the_table, the_day using errcode = 'IN005';
    end if;
    if not begun.is_sealed
       and ((the_table = 'processed_events' and not begun.unsealed) or not inbox.is_never_sealed()) then
      raise exception 'The log is sealed, but the removal of % of the day % is not', the_table, the_day using errcode = 'IN002';
    end if;
    if begun.holds_seen <> inbox.cleanup_holds() then
      raise exception 'A legal hold was placed or released since the run began with % of the day %', the_table, the_day
        using errcode = 'IN008';
    end if;
  end loop;
end $$;

-- Records what was removed, and whether the day is done.
create function inbox.note_removed(
    the_run uuid, the_table text, the_types text[], the_day timestamptz, removed_types text[], is_done boolean)
  returns bigint
  language plpgsql as $$
declare
  total bigint := coalesce(cardinality(removed_types), 0);
begin
  if exists (
       select
         from inbox.cleanup_runs r
         left join (select t as event_type, count(*) as rows from unnest(removed_types) t group by t) removed
           on removed.event_type = r.event_type
        where r.run_id = the_run and r.table_name = the_table and r.day = the_day and r.event_type = any (the_types)
          and r.rows_removed + coalesce(removed.rows, 0) > r.archive_rows) then
    raise exception 'There are more rows of % of the day % than were archived', the_table, the_day
      using errcode = 'IN006';
  end if;
  update inbox.cleanup_runs r
     set rows_removed = r.rows_removed + coalesce(removed.rows, 0),
         ended_at = case when is_done then clock_timestamp() end
    from unnest(the_types) wanted (event_type)
    left join (select t as event_type, count(*) as rows from unnest(removed_types) t group by t) removed
      on removed.event_type = wanted.event_type
   where r.run_id = the_run and r.table_name = the_table and r.day = the_day and r.event_type = wanted.event_type
     and (is_done or removed.rows > 0);
  return total;
end $$;

-- Removes the rows of accepted_events with these identities that are no longer processed or queued, and their failed attempts.
-- Another event with the same natural_key may still be there.
create function inbox.remove_accepted_events(ids text[], keys text[]) returns void
  language plpgsql as $$
begin
  with gone as (
    delete from inbox.accepted_events a
     where a.event_id = any (ids)
       and not exists (select from inbox.processed_events p where p.natural_key = a.natural_key)
       and not exists (select from inbox.queued_events q where q.event_id = a.event_id)
       and not exists (select from inbox.queued_events q where q.natural_key = a.natural_key)
    returning a.event_id)
  delete from inbox.failed_attempts f
   using gone
   where f.event_id = gone.event_id;
  with gone as (
    delete from inbox.accepted_events a
     where a.natural_key = any (keys)
       and not exists (select from inbox.processed_events p where p.event_id = a.event_id)
       and not exists (select from inbox.queued_events q where q.event_id = a.event_id)
       and not exists (select from inbox.queued_events q where q.natural_key = a.natural_key)
    returning a.event_id)
  delete from inbox.failed_attempts f
   using gone
   where f.event_id = gone.event_id;
end $$;

-- From here on, the functions that a run of the cleanup calls.
create function inbox.cleanup_start(the_run uuid, the_operator text, the_origin text, the_reason text) returns void
  language plpgsql security definer as $$
begin
  insert into inbox.cleanup_runs (run_id, table_name, event_type, day, operator, origin, reason)
  values (the_run, '', '', date_trunc('day', now(), 'UTC'), the_operator, the_origin, the_reason);
end $$;

comment on function inbox.cleanup_start(uuid, text, text, text) is 'Begins a run of the cleanup.';

create function inbox.cleanup_end(the_run uuid, the_outcome text, the_problem text) returns void
  language plpgsql security definer as $$
begin
  update inbox.cleanup_runs r
     set outcome = the_outcome, problem = the_problem, ended_at = clock_timestamp(),
         rows_removed = (select coalesce(sum(o.rows_removed), 0)
                           from inbox.cleanup_runs o
                          where o.run_id = the_run and o.table_name <> '')
   where r.run_id = the_run and r.table_name = '' and r.outcome is null;
  if not found then
    raise exception 'There is no running run %', the_run using errcode = 'IN005';
  end if;
end $$;

comment on function inbox.cleanup_end(uuid, text, text) is 'Ends a run of the cleanup.';

-- If an earlier run began the day, only the rest is removed: that run has already compared its events with the seals, if there
-- are any.
create function inbox.cleanup_begin(
    the_run uuid, the_table text, the_types text[], the_day timestamptz,
    the_file text, the_archived bigint[], the_sha256 bytea, the_holds bigint)
  returns void
  language plpgsql security definer as $$
declare
  never_sealed boolean := false;
  wrong record;
begin
  if the_table not in ('processed_events', 'duplicate_deliveries', 'handling_times', 'queued_events',
                       'failed_callback_pages', 'identity_windows') then
    raise exception 'The cleanup removes nothing from %', the_table using errcode = 'IN007';
  end if;
  if the_table <> 'identity_windows' then
    perform inbox.require_removable_day(the_day);
  end if;
  if the_table = 'processed_events' then
    never_sealed := inbox.is_never_sealed();
    if not never_sealed
       and not exists (
             select from inbox.event_seals s where s.kind = 'rows' and s.hour >= the_day + interval '23 hours') then
      raise exception 'The day % is not sealed to its end', the_day using errcode = 'IN002';
    end if;
    select c.hour, c.event_type, coalesce(c.stored, 0) as stored, c.sealed
      into wrong
      from ((select date_trunc('hour', p.processed_at, 'UTC') as hour, p.event_type, count(*) as stored
               from inbox.processed_events p
              where p.processed_at >= the_day and p.processed_at < the_day + interval '24 hours'
                and p.event_type = any (the_types)
              group by 1, 2) present
            full join (select s.hour, s.event_type, s.row_count as sealed
                         from inbox.event_seals s
                        where s.hour >= the_day and s.hour < the_day + interval '24 hours'
                          and s.kind = 'rows'
                          and s.table_name = 'processed_events'
                          and s.row_count > 0
                          and s.event_type = any (the_types)) seals
                 using (hour, event_type)) c
     where not never_sealed
       and c.stored is distinct from c.sealed
       and not exists (
             select
               from inbox.event_seals begun
              where begun.kind = 'removal'
                and begun.table_name = 'processed_events'
                and begun.hour = the_day
                and begun.event_type = c.event_type)
     order by c.hour, c.event_type
     limit 1;
    if found and wrong.sealed is null then
      raise exception 'The hour % has % events of the type % that are not sealed', wrong.hour, wrong.stored,
                      wrong.event_type using errcode = 'IN002';
    elsif found then
      raise exception 'The hour % has % events of the type %, but % were sealed', wrong.hour, wrong.stored,
                      wrong.event_type, wrong.sealed using errcode = 'IN003';
    end if;
    select q.event_id
      into wrong
      from inbox.queued_events q
      join inbox.processed_events p on p.event_id = q.event_id or p.natural_key = q.natural_key
     where p.processed_at >= the_day and p.processed_at < the_day + interval '24 hours'
       and p.event_type = any (the_types)
     limit 1;
    if found then
      raise exception 'The event % of the day % is processed, but also still in the queue', wrong.event_id, the_day
        using errcode = 'IN004';
    end if;
  end if;
  insert into inbox.cleanup_runs (run_id, table_name, event_type, day, unsealed, archive_file, archive_rows,
                                  archive_sha256, operator, origin, reason, holds_seen)
  select the_run, the_table, wanted.event_type, the_day, never_sealed, the_file, wanted.archived, the_sha256,
         r.operator, r.origin, r.reason, the_holds
    from inbox.cleanup_runs r
   cross join unnest(the_types, the_archived) wanted (event_type, archived)
   where r.run_id = the_run and r.table_name = '' and r.outcome is null;
  if not found then
    raise exception 'There is no running run %', the_run using errcode = 'IN005';
  end if;
end $$;

comment on function inbox.cleanup_begin(uuid, text, text[], timestamptz, text, bigint[], bytea, bigint) is
  'Begins with a day of a table, after its archive if there is one. Refuses a day that is too recent (IN001), not sealed (IN002), different from what was sealed (IN003), or has events that are still in the queue (IN004). If nothing was ever sealed, a day needs no seals.';

-- In the order of processed_at, from where the last batch ended: otherwise each batch would read the dead index entries of the
-- previous ones, which takes quadratic time.
create function inbox.cleanup_remove_events(
    the_run uuid, the_types text[], the_day timestamptz, from_time timestamptz, batch integer,
    out removed bigint, out next_time timestamptz)
  language plpgsql security definer as $$
declare
  ids text[];
  keys text[];
  types text[];
begin
  perform inbox.require_removable_day(the_day);
  perform inbox.require_begun(the_run, 'processed_events', the_types, the_day, batch);
  select array_agg(b.event_id), array_agg(b.natural_key) filter (where b.natural_key is not null), max(b.processed_at)
    into ids, keys, next_time
    from (select p.event_id, p.natural_key, p.processed_at
            from inbox.processed_events p
           where p.processed_at >= greatest(from_time, the_day)
             and p.processed_at < the_day + interval '24 hours'
             and p.event_type = any (the_types)
             and not inbox.is_held(p.corp_id, p.event_type, p.processed_at, p.payload ->> 'processInstanceId')
           order by p.processed_at
           limit batch) b;
  with gone as (
    delete from inbox.processed_events p
     where p.event_id = any (ids)
       and p.processed_at >= the_day
       and p.processed_at < the_day + interval '24 hours'
    returning p.event_type)
  select array_agg(g.event_type) into types from gone g;
  perform inbox.remove_accepted_events(ids, keys);
  removed := inbox.note_removed(the_run, 'processed_events', the_types, the_day, types,
                          coalesce(cardinality(ids), 0) < batch);
end $$;

comment on function inbox.cleanup_remove_events(uuid, text[], timestamptz, timestamptz, integer) is
  'Removes one batch of the processed events of a day that was begun, with their rows in accepted_events. Returns how many, and the next processed_at.';

create function inbox.cleanup_remove_duplicates(
    the_run uuid, the_types text[], the_day timestamptz, from_time timestamptz, batch integer,
    out removed bigint, out next_time timestamptz)
  language plpgsql security definer as $$
declare
  ids text[];
  deliveries uuid[];
  types text[];
begin
  perform inbox.require_removable_day(the_day);
  perform inbox.require_begun(the_run, 'duplicate_deliveries', the_types, the_day, batch);
  select array_agg(b.event_id), array_agg(b.delivery_id), max(b.recorded_at)
    into ids, deliveries, next_time
    from (select d.event_id, d.delivery_id, d.recorded_at
            from inbox.duplicate_deliveries d
           where d.recorded_at >= greatest(from_time, the_day)
             and d.recorded_at < the_day + interval '24 hours'
             and d.event_type = any (the_types)
             and not inbox.is_held_duplicate(d)
           order by d.recorded_at
           limit batch) b;
  with gone as (
    delete from inbox.duplicate_deliveries d
     using unnest(ids, deliveries) b (event_id, delivery_id)
     where d.event_id = b.event_id and d.delivery_id = b.delivery_id
    returning d.event_type)
  select array_agg(g.event_type) into types from gone g;
  removed := inbox.note_removed(the_run, 'duplicate_deliveries', the_types, the_day, types,
                          coalesce(cardinality(ids), 0) < batch);
end $$;

comment on function inbox.cleanup_remove_duplicates(uuid, text[], timestamptz, timestamptz, integer) is
  'Removes one batch of the duplicate deliveries of a day that was begun. Returns how many, and the next recorded_at.';

-- The table has no key, so a batch includes all rows with its last time.
create function inbox.cleanup_remove_handling_times(
    the_run uuid, the_types text[], the_day timestamptz, from_time timestamptz, batch integer,
    out removed bigint, out next_time timestamptz)
  language plpgsql security definer as $$
declare
  found_rows bigint;
  types text[];
begin
  perform inbox.require_removable_day(the_day);
  perform inbox.require_begun(the_run, 'handling_times', the_types, the_day, batch);
  select max(b.handled_at), count(*)
    into next_time, found_rows
    from (select h.handled_at
            from inbox.handling_times h
           where h.handled_at >= greatest(from_time, the_day)
             and h.handled_at < the_day + interval '24 hours'
             and h.event_type = any (the_types)
           order by h.handled_at
           limit batch) b;
  with gone as (
    delete from inbox.handling_times h
     where h.handled_at >= greatest(from_time, the_day)
       and h.handled_at <= next_time
       and h.event_type = any (the_types)
    returning h.event_type)
  select array_agg(g.event_type) into types from gone g;
  removed := inbox.note_removed(the_run, 'handling_times', the_types, the_day, types, found_rows < batch);
end $$;

comment on function inbox.cleanup_remove_handling_times(uuid, text[], timestamptz, timestamptz, integer) is
  'Removes one batch of the handling times of a day that was begun. Returns how many, and the next handled_at.';

-- Never a pending, retrying or dead one: these are still to be processed.
create function inbox.cleanup_remove_discarded(
    the_run uuid, the_types text[], the_day timestamptz, from_time timestamptz, batch integer,
    out removed bigint, out next_time timestamptz)
  language plpgsql security definer as $$
declare
  ids text[];
  keys text[];
  types text[];
begin
  perform inbox.require_removable_day(the_day);
  perform inbox.require_begun(the_run, 'queued_events', the_types, the_day, batch);
  select array_agg(b.event_id), max(b.changed_at)
    into ids, next_time
    from (select q.event_id, q.changed_at
            from inbox.queued_events q
           where q.state = 'discarded'
             and q.changed_at >= greatest(from_time, the_day)
             and q.changed_at < the_day + interval '24 hours'
             and q.event_type = any (the_types)
             and not inbox.is_held(q.corp_id, q.event_type, q.changed_at, q.payload ->> 'processInstanceId')
           order by q.changed_at
           limit batch) b;
  -- The state is checked again, because an operator may be replaying the event.
  with gone as (
    delete from inbox.queued_events q
     where q.event_id = any (ids)
       and q.state = 'discarded'
       and q.changed_at < the_day + interval '24 hours'
    returning q.event_id, q.natural_key, q.event_type)
  select array_agg(g.event_id), array_agg(g.natural_key) filter (where g.natural_key is not null),
         array_agg(g.event_type)
    into ids, keys, types
    from gone g;
  perform inbox.remove_accepted_events(ids, keys);
  removed := inbox.note_removed(the_run, 'queued_events', the_types, the_day, types, coalesce(cardinality(ids), 0) < batch);
end $$;

comment on function inbox.cleanup_remove_discarded(uuid, text[], timestamptz, timestamptz, integer) is
  'Removes one batch of the queued events that were discarded on a day that was begun, with their rows in accepted_events. Returns how many, and the next changed_at.';

create function inbox.cleanup_remove_pages(
    the_run uuid, the_types text[], the_day timestamptz, from_time timestamptz, batch integer,
    out removed bigint, out next_time timestamptz)
  language plpgsql security definer as $$
declare
  pages uuid[];
  found_rows bigint;
  types text[];
begin
  perform inbox.require_removable_day(the_day);
  perform inbox.require_begun(the_run, 'failed_callback_pages', the_types, the_day, batch);
  select array_agg(b.page_id), max(b.processed_at), count(*)
    into pages, next_time, found_rows
    from (select f.page_id, f.processed_at
            from inbox.failed_callback_pages f
           where f.processed_at >= greatest(from_time, the_day)
             and f.processed_at < the_day + interval '24 hours'
             and f.problem is null
           order by f.processed_at
           limit batch) b;
  with gone as (
    delete from inbox.failed_callback_pages f
     where f.page_id = any (pages)
       and f.processed_at < the_day + interval '24 hours'
       and f.problem is null
    returning f.page_id)
  select array_agg(text '') into types from gone g;
  removed := inbox.note_removed(the_run, 'failed_callback_pages', the_types, the_day, types, found_rows < batch);
end $$;

comment on function inbox.cleanup_remove_pages(uuid, text[], timestamptz, timestamptz, integer) is
  'Removes one batch of the failed callback pages that were processed, without a problem, on a day that was begun. Returns how many, and the next processed_at.';

-- In the order of the key, because there is no index by time. Only windows that ended more than an hour ago, and those of which a
-- clock said that they are yet to begin.
create function inbox.cleanup_remove_windows(
    the_run uuid, the_day timestamptz, from_corp text, from_id text, batch integer,
    out removed bigint, out next_corp text, out next_id text)
  language plpgsql security definer as $$
declare
  corps text[];
  ids text[];
  types text[];
begin
  perform inbox.require_begun(the_run, 'identity_windows', array[''], the_day, batch);
  select array_agg(b.corp_id order by b.corp_id, b.content_id), array_agg(b.content_id order by b.corp_id, b.content_id)
    into corps, ids
    from (select w.corp_id, w.content_id
            from inbox.identity_windows w
           where (w.corp_id, w.content_id) >= (coalesce(from_corp, ''), coalesce(from_id, ''))
             and (w.seen_at < now() - w.window_length - interval '1 hour' or w.seen_at > now() + interval '1 day')
           order by w.corp_id, w.content_id
           limit batch) b;
  next_corp := corps[cardinality(corps)];
  next_id := ids[cardinality(ids)];
  -- The age is checked again, because the content may have arrived again.
  with gone as (
    delete from inbox.identity_windows w
     using unnest(corps, ids) b (corp_id, content_id)
     where w.corp_id = b.corp_id
       and w.content_id = b.content_id
       and (w.seen_at < now() - w.window_length - interval '1 hour' or w.seen_at > now() + interval '1 day')
    returning w.content_id)
  select array_agg(text '') into types from gone g;
  removed := inbox.note_removed(the_run, 'identity_windows', array[''], the_day, types,
                          coalesce(cardinality(ids), 0) < batch);
end $$;

comment on function inbox.cleanup_remove_windows(uuid, timestamptz, text, text, integer) is
  'Removes one batch of the identity windows that have ended. Returns how many, and the next corp_id and content_id.';

-- These functions run with the rights of their owner, so their search_path is fixed, and only roles with an explicit grant may
-- call them. They give up a lock that is not free at once, so that callbacks have priority, and the batch is tried again. Each
-- batch has a plan of its own, because the days differ.
do $$
declare
  ours regprocedure;
begin
  for ours in
    select p.oid
      from pg_proc p
     where p.pronamespace = 'inbox'::regnamespace
       and p.proname in ('require_removable_day', 'require_begun', 'is_never_sealed', 'note_removed',
                         'remove_accepted_events',
                         'cleanup_floor', 'cleanup_holds', 'cleanup_start', 'cleanup_begin', 'cleanup_end', 'cleanup_remove_events',
                         'cleanup_remove_duplicates', 'cleanup_remove_handling_times', 'cleanup_remove_discarded',
                         'cleanup_remove_pages', 'cleanup_remove_windows')
  loop
    execute format('revoke execute on function %s from public', ours);
    execute format('alter function %s set search_path = pg_catalog, inbox, pg_temp', ours);
    execute format('alter function %s set lock_timeout = ''200ms''', ours);
    execute format('alter function %s set plan_cache_mode = force_custom_plan', ours);
  end loop;
end $$;
