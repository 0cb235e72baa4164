-- The roles of dingtalk-inbox, and who is a member of which. To be read, and run once on a server, by a superuser:
--
--   psql -f db/roles/cluster.sql
--
-- then database.sql in the database of the inbox. Running it again changes nothing. No role has a password yet, so none can
-- log in with one: set them in psql, where they go to no log and no history, with
--
--   \password inbox_app
--
-- and so on for each role with "login" that is to be used. Roles belong to the whole server, so several databases of
-- inboxes on one server share them.

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
  'dingtalk-inbox: owns the tables, views and functions. Nobody logs in as this role.';

-- What a migration makes must belong to the owner, whoever runs it.
grant inbox_owner to inbox_migrator;
alter role inbox_migrator set role = 'inbox_owner';
comment on role inbox_migrator is
  'dingtalk-inbox: runs the migrations (inbox.schema.username), and makes the tables of handlers. Its sessions act as inbox_owner.';

comment on role inbox_app is
  'dingtalk-inbox: the service (spring.datasource.username). Adds to the event log; cannot change or remove what is there.';

comment on role inbox_cleanup is
  'dingtalk-inbox: the cleanup (inbox.retention.username). Removes old events through functions that check what they remove.';

comment on role inbox_auditor is
  'dingtalk-inbox: reads the views audit_*, where what events say is masked. Writes nothing.';

grant inbox_auditor to inbox_payload_auditor;
comment on role inbox_payload_auditor is
  'dingtalk-inbox: reads what inbox_auditor reads, and what events say, too: audit_payloads and the tables. Writes nothing.';

-- An hour of the log is sealed when no transaction of it is open any more. That is asked by a function of the owner, who
-- must see since when the sessions of others are in a transaction.
grant pg_read_all_stats to inbox_owner;
