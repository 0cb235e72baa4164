-- What each role may do with each table, view and function.
--
-- Operators: takes no lock that anything waits for. If the roles of db/roles do not exist, it grants nothing, and the owner
-- of the tables keeps all rights. The scripts there can be run at any time, before or after this.
--
-- Every later migration that creates a table, a view or a function calls the procedure at its end; one that creates a table
-- first replaces it, with a line for the table. (Without it, only the owner has access.)
set local lock_timeout = '2s';

create or replace procedure inbox.grant_inbox_roles()
language plpgsql
-- Whatever the search path of the caller.
set search_path = pg_catalog, inbox, pg_temp
as $procedure$
declare
  schema constant oid := 'inbox'::regnamespace;
  target record;
begin
  for target in
    select c.oid::regclass as relation, wanted.grantee,
           case when own.insertable is null then wanted.privileges
                else replace(wanted.privileges, 'insert', format('insert (%s)', own.insertable)) end as privileges
      from (
        select matrix.relation, may.grantee, may.privileges
          from (values
            -- relation                 inbox_app                           inbox_cleanup
            -- The event log: append only. Nobody sets the columns with the database's time (below): a row that could be dated
            -- back would appear in an hour that is removed, or to be removed.
            ('processed_events',        'select, insert',                   'select'),
            ('duplicate_deliveries',    'select, insert',                   'select'),
            ('accepted_events',         'select, insert',                   'select'),
            ('failed_attempts',         'select, insert',                   ''),
            ('operator_actions',        'select, insert',                   ''),
            ('legal_holds',             'select, insert',                   'select'),
            ('legal_hold_releases',     'select, insert',                   'select'),
            -- The cleanup proves what it removes.
            ('event_seals',             'select, insert',                   'select, insert'),
            ('approval_seals',          'select, insert',                   ''),
            ('handling_times',          'select, insert',                   'select'),
            -- Written by the functions of the cleanup and by the migrations.
            ('cleanup_runs',            'select',                           'select'),
            -- The owner of the inbox: written once.
            ('application',             'select, insert',                   ''),
            ('inbox_schema_history',    'select',                           ''),
            -- The queue and other work in progress, and the state that follows from events.
            ('queued_events',           'select, insert, update, delete',   'select'),
            ('ordering_leases',         'select, insert, update, delete',   ''),
            ('identity_windows',        'select, insert, update',           'select'),
            ('approval_instances',      'select, insert, update',           ''),
            ('approval_tasks',          'select, insert, update',           ''),
            ('recovery_polls',          'select, insert, update',           ''),
            ('failed_callback_pages',   'select, insert, update, delete',   'select'),
            ('cleanup_lock',            'select, insert, update',           'select, insert, update'),
            -- What "audit restore" loads, if it ever did.
            ('restored_events',         '',                                 ''),
            ('restored_duplicates',     '',                                 '')
          ) as matrix (relation, app, cleanup)
          cross join lateral (values
            ('inbox_app',             matrix.app),
            ('inbox_cleanup',         matrix.cleanup),
            -- Of what was restored, no payload: there is no view that masks it.
            ('inbox_auditor',         case when matrix.relation like 'restored\_%' then (
              select 'select (' || string_agg(quote_ident(a.attname), ', ') || ')'
                from pg_class t
                join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
               where t.relnamespace = schema and t.relname = matrix.relation and a.attname not like 'payload%')
                                      else '' end),
            ('inbox_payload_auditor', 'select')
          ) as may (grantee, privileges)
        union all
        -- A simple view can be written through, with the rights of its owner: so only select is granted.
        select view.relname, may.grantee, may.privileges
          from pg_class view
          cross join lateral (values
            ('inbox_app',             'select'),
            ('inbox_cleanup',         'select'),
            ('inbox_auditor',         case view.relname when 'audit_payloads' then '' else 'select' end),
            ('inbox_payload_auditor', 'select')
          ) as may (grantee, privileges)
         where view.relnamespace = schema and view.relkind in ('v', 'm') and view.relname like 'audit\_%'
      ) as wanted (relation, grantee, privileges)
      join pg_class c on c.relnamespace = schema and c.relname = wanted.relation
      join pg_roles r on r.rolname = wanted.grantee
      left join lateral (
        select string_agg(format('%I', a.attname), ', ') filter (where a.attname <> dated.column_name) as insertable
          from (values
            ('processed_events',     'processed_at'),
            ('duplicate_deliveries', 'recorded_at'),
            ('accepted_events',      'accepted_at'),
            ('failed_attempts',      'failed_at'),
            ('operator_actions',     'acted_at'),
            ('legal_holds',          'placed_at'),
            ('legal_hold_releases',  'released_at'),
            ('handling_times',       'handled_at')
          ) as dated (relation, column_name)
          join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
         where dated.relation = c.relname) own on true
     order by 1, 2
  loop
    execute format('revoke all on table %s from %I', target.relation, target.grantee);
    if target.privileges <> '' then
      execute format('grant %s on table %s to %I', target.privileges, target.relation, target.grantee);
    end if;
  end loop;

  -- Functions with the rights of their owner: those that remove rows are for the cleanup, those that only read for the service.
  for target in
    select p.oid::regprocedure as function, r.rolname as grantee
      from pg_proc p
      join pg_roles r
        on r.rolname = case when p.proname like 'cleanup\_%' then 'inbox_cleanup' else 'inbox_app' end
        or p.proname = 'cleanup_floor' and r.rolname = 'inbox_app'
     where p.pronamespace = schema
       and p.prosecdef
       and (p.proname like 'cleanup\_%' or p.proname like 'seal\_%' or p.proname = 'oldest_open_transaction')
     order by 1
  loop
    execute format('grant execute on function %s to %I', target.function, target.grantee);
  end loop;
end
$procedure$;

comment on procedure inbox.grant_inbox_roles() is
  'Gives the roles of db/roles their privileges on the tables, views and functions of the inbox, and takes away all others. Roles that do not exist get none. May be called at any time, by the owner.';

revoke execute on procedure inbox.grant_inbox_roles() from public;

call inbox.grant_inbox_roles();
