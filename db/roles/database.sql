-- What the roles of dingtalk-inbox may do in one database. To be read, and run once, by a superuser, after cluster.sql:
--
--   psql -d inbox -f db/roles/database.sql
--
-- before the service starts on the database for the first time, or at any later time: the result is the same. Running it
-- again changes nothing. It is about the schema inbox, which it makes, and about the one where the tables of your handlers
-- stand, the first of the search path: public, unless you say otherwise, with
--
--   create schema oa;
--   PGOPTIONS='-c search_path=oa' psql -d inbox -f db/roles/database.sql
--
-- A service that runs on the database as another role loses its rights with its tables: stop it before, start it as
-- inbox_app after.

-- The schema of the inbox: only the owner makes anything in it. It stands in no search path.
do $$
begin
  perform set_config('lock_timeout', '5s', true);
  if not exists (select from pg_namespace where nspname = 'inbox') then
    create schema inbox authorization inbox_owner;
  elsif not exists (select from pg_namespace where nspname = 'inbox' and nspowner = 'inbox_owner'::regrole) then
    alter schema inbox owner to inbox_owner;
  end if;
  comment on schema inbox is
    'dingtalk-inbox: the events of DingTalk, and what became of them. Made by its migrations; nothing else belongs here.';
  revoke all on schema inbox from public;
  grant usage on schema inbox to inbox_app, inbox_cleanup, inbox_auditor, inbox_payload_auditor;
end
$$;

-- The schema of the handlers' tables: only the owner makes anything in it, and the service reads and adds to that.
do $$
declare
  schema constant text := current_schema();
  login  text;
begin
  if schema is null or schema = 'inbox' then
    raise exception 'The search path (%) has no schema for the tables of handlers.', current_setting('search_path')
      using hint = 'Name one that exists: PGOPTIONS=''-c search_path=public''.';
  end if;
  perform set_config('lock_timeout', '5s', true);
  execute format('revoke create on schema %I from public', schema);
  execute format('grant usage, create on schema %I to inbox_owner', schema);
  execute format(
    'grant usage on schema %I to inbox_app, inbox_cleanup, inbox_auditor, inbox_payload_auditor', schema);
  execute format(
    'alter default privileges for role inbox_owner in schema %I grant select, insert on tables to inbox_app', schema);
  execute format(
    'alter default privileges for role inbox_owner in schema %I grant usage on sequences to inbox_app', schema);
  if schema <> 'public' then
    foreach login in array
      array['inbox_migrator', 'inbox_app', 'inbox_cleanup', 'inbox_auditor', 'inbox_payload_auditor']
    loop
      execute format('alter role %I in database %I set search_path = %I', login, current_database(), schema);
    end loop;
  end if;
end
$$;

-- What is there already gets its owner: all that is in the schema of the inbox.
do $$
declare
  found  record;
begin
  perform set_config('lock_timeout', '5s', true);
  for found in
    select format('alter table %s owner to inbox_owner', oid::regclass) as command
      from pg_class
     where relnamespace = 'inbox'::regnamespace
       and relowner <> 'inbox_owner'::regrole
       and relkind in ('r', 'p', 'v', 'm')
    union all
    select format('alter routine %s owner to inbox_owner', oid::regprocedure)
      from pg_proc
     where pronamespace = 'inbox'::regnamespace
       and proowner <> 'inbox_owner'::regrole
  loop
    execute found.command;
  end loop;
end
$$;

-- Table by table: a procedure of the migrations says it, because it changes with them. As the owner, because it is the
-- owner's procedure: a superuser does not run what others can change.
do $$
begin
  if to_regprocedure('inbox.grant_inbox_roles()') is not null then
    set local role inbox_owner;
    call inbox.grant_inbox_roles();
    reset role;
  end if;
end
$$;
