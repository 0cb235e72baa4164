-- The roles of dingtalk-inbox and their memberships. Read it, then run it once per server as a superuser:
--
--   psql -f db/roles/cluster.sql
--
-- Then run database.sql in the database of the inbox. Running it again changes nothing. No role has a password yet. Set them in
-- psql, which writes them to no log and no history, with
--
--   \password inbox_app
--
-- and so on for each role with "login" that you use. Roles belong to the whole server, so the databases of several inboxes on
-- one server share them.

do $$
declare
  wanted record;
begin
  for wanted in
    select name, attribute
      from (values
        ('inbox_owner',           'nologin'),
        ('inbox_migrator',        'login'),
        ('inbox_app',             'login'),
        ('inbox_cleanup',         'login'),
        ('inbox_auditor',         'login'),
        ('inbox_payload_auditor', 'login')
      ) as roles (name, attribute)
     where not exists (select from pg_roles where rolname = name)
  loop
    execute format('create role %I %s', wanted.name, wanted.attribute);
  end loop;
end
$$;

alter role inbox_owner nologin;
comment on role inbox_owner is
  'dingtalk-inbox: owns the tables, views and functions. Cannot log in.';

-- Whatever a migration creates must belong to the owner, no matter which role runs it.
grant inbox_owner to inbox_migrator;
alter role inbox_migrator set role = 'inbox_owner';
comment on role inbox_migrator is
  'dingtalk-inbox: runs the migrations (inbox.schema.username), and creates the tables of handlers. Its sessions act as inbox_owner.';

comment on role inbox_app is
  'dingtalk-inbox: the service (spring.datasource.username). Adds to the event log; cannot change or remove what is there.';

comment on role inbox_cleanup is
  'dingtalk-inbox: the cleanup (inbox.retention.username). Removes old events through functions that check what they remove.';

comment on role inbox_auditor is
  'dingtalk-inbox: reads the views audit_*, with payloads masked. Writes nothing.';

grant inbox_auditor to inbox_payload_auditor;
comment on role inbox_payload_auditor is
  'dingtalk-inbox: reads what inbox_auditor reads, and payloads: audit_payloads and the tables. Writes nothing.';

-- An hour of the log is sealed once no transaction that began in it is open. The function that checks this runs as the
-- owner, who must be able to see when the transactions of other sessions began.
grant pg_read_all_stats to inbox_owner;
