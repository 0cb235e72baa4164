-- What the roles of dingtalk-inbox may do in one database. To be read, and run once, by a superuser, after cluster.sql:
--
--   psql -d inbox -f db/roles/database.sql
--
-- before the service starts on the database for the first time, or at any later time: the result is the same. Running it
-- again changes nothing. It is about one schema, the first of the search path: public, unless you say otherwise, with
--
--   create schema dingtalk;
--   PGOPTIONS='-c search_path=dingtalk' psql -d inbox -f db/roles/database.sql
--
-- A service that runs on the database as another role loses its rights with its tables: stop it before, start it as
-- inbox_app after.

-- The schema: only the owner makes anything in it.
do $$
declare
  schema constant text := current_schema();
  login  text;
begin
  if schema is null then
    raise exception 'No schema of the search path (%) exists.', current_setting('search_path');
  end if;
  perform set_config('lock_timeout', '5s', true);
  execute format('revoke create on schema %I from public', schema);
  execute format('grant usage, create on schema %I to inbox_owner', schema);
  execute format(
    'grant usage on schema %I to inbox_app, inbox_cleanup, inbox_auditor, inbox_payload_auditor', schema);
  if schema <> 'public' then
    foreach login in array
      array['inbox_migrator', 'inbox_app', 'inbox_cleanup', 'inbox_auditor', 'inbox_payload_auditor']
    loop
      execute format('alter role %I in database %I set search_path = %I', login, current_database(), schema);
    end loop;
  end if;
end
$$;

-- What the owner will make in it: tables that the service reads and adds to. Whatever differs is said below.
do $$
declare
  schema constant text := current_schema();
begin
  execute format(
    'alter default privileges for role inbox_owner in schema %I grant select, insert on tables to inbox_app', schema);
  execute format(
    'alter default privileges for role inbox_owner in schema %I grant usage on sequences to inbox_app', schema);
end
$$;

-- What is there already gets its owner: the tables, views and functions of the inbox, and nothing else in the schema.
do $$
declare
  schema constant oid := quote_ident(current_schema())::regnamespace;
  found  record;
begin
  perform set_config('lock_timeout', '5s', true);
  for found in
    select format('alter table %s owner to inbox_owner', oid::regclass) as command
      from pg_class
     where relnamespace = schema
       and relowner <> 'inbox_owner'::regrole
       and (relkind in ('r', 'p') and relname in (
              'processed_events', 'duplicate_deliveries', 'accepted_events', 'queued_events', 'ordering_leases',
              'identity_windows', 'approval_instances', 'approval_tasks', 'recovery_polls', 'failed_callback_pages',
              'operator_actions', 'handling_times', 'event_seals', 'cleanup_runs', 'shedlock', 'inbox_schema_history')
            or relkind in ('v', 'm') and relname like 'audit\_%')
    union all
    select format('alter routine %s owner to inbox_owner', oid::regprocedure)
      from pg_proc
     where pronamespace = schema
       and proowner <> 'inbox_owner'::regrole
       and (proname like 'cleanup\_%' or proname like 'seal\_%'
            or proname in (
              'grant_inbox_roles', 'masked_payload', 'note_removed', 'oldest_open_transaction', 'remove_accepted_events',
              'require_begun', 'require_removable_day'))
  loop
    execute found.command;
  end loop;
end
$$;

-- Table by table: a procedure of the migrations says it, because it changes with them. As the owner, because it is the
-- owner's procedure: a superuser does not run what others can change.
do $$
begin
  if to_regprocedure('grant_inbox_roles()') is not null then
    set local role inbox_owner;
    call grant_inbox_roles();
    reset role;
  end if;
end
$$;
