-- What the roles of dingtalk-inbox may do in one database. Read it, then run it once as a superuser, after cluster.sql:
--
--   psql -d inbox -f db/roles/database.sql
--
-- before the service first starts on the database, or at any later time: the result is the same. Running it again changes
-- nothing. It creates the schema inbox, and sets rights in that schema and in the one that holds the tables of your handlers: the
-- first in the search path, which is public unless you set another one with
--
--   create schema oa;
--   PGOPTIONS='-c search_path=oa' psql -d inbox -f db/roles/database.sql
--
-- It closes the database to everybody else: only these roles, the owner of the database and superusers connect. Let others in,
-- such as the role of a monitoring, by name: grant connect on database inbox to monitoring.
--
-- A service that runs on the database as another role loses its tables and its rights: stop it first, and start it as
-- inbox_app afterwards.

-- Without this, every role of the server connects, and makes temporary tables.
do $$
begin
  execute format('revoke connect, temporary on database %I from public', current_database());
  execute format(
    'grant connect on database %I to inbox_migrator, inbox_app, inbox_cleanup, inbox_auditor, inbox_payload_auditor',
    current_database());
end
$$;

-- The schema of the inbox: only the owner creates anything in it. It is in no search path.
do $$
begin
  perform set_config('lock_timeout', '5s', true);
  if not exists (select from pg_namespace where nspname = 'inbox') then
    create schema inbox authorization inbox_owner;
  elsif not exists (select from pg_namespace where nspname = 'inbox' and nspowner = 'inbox_owner'::regrole) then
    alter schema inbox owner to inbox_owner;
  end if;
  comment on schema inbox is
    'dingtalk-inbox: the events of DingTalk, and what became of them. Created by its migrations; nothing else belongs here.';
  revoke all on schema inbox from public;
  grant usage on schema inbox to inbox_app, inbox_cleanup, inbox_auditor, inbox_payload_auditor;
end
$$;

-- The schema of the handlers' tables: only the owner creates anything in it, and the service may read and insert.
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

-- Everything that already exists in the schema of the inbox gets its owner.
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

-- The rights on each table are granted by a procedure of the migrations, because they change together. It runs as its owner: a
-- superuser should not run code that others can change.
do $$
begin
  if to_regprocedure('inbox.grant_inbox_roles()') is not null then
    set local role inbox_owner;
    call inbox.grant_inbox_roles();
    reset role;
  end if;
end
$$;
