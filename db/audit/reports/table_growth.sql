-- How big are the tables, and are they vacuumed?
-- Each row is a table: its size with TOAST, and that of its indexes, its live and dead rows as far as PostgreSQL's
-- statistics know, how many rows were added and deleted since these were last reset, and when it was last vacuumed. It is
-- not limited to a time.
-- Normal: after some weeks, sizes level off, because the cleanup removes as much as arrives. Many dead rows and a
-- last_vacuum long ago: autovacuum cannot remove them, usually because of a long transaction (pg_stat_activity).
select s.relname as table_name,
       pg_size_pretty(pg_table_size(s.relid)) as table_size,
       pg_size_pretty(pg_indexes_size(s.relid)) as index_size,
       s.n_live_tup as live_rows,
       s.n_dead_tup as dead_rows,
       s.n_tup_ins as rows_added,
       s.n_tup_del as rows_deleted,
       greatest(s.last_vacuum, s.last_autovacuum) as last_vacuum,
       greatest(s.last_analyze, s.last_autoanalyze) as last_analyze
  from pg_stat_user_tables s
 where s.schemaname = 'inbox'
   and s.relname in ('processed_events', 'duplicate_deliveries', 'queued_events', 'accepted_events', 'ordering_leases',
                     'identity_windows', 'approval_instances', 'approval_tasks', 'handling_times', 'event_seals', 'approval_seals',
                     'operator_actions', 'cleanup_runs', 'recovery_polls', 'failed_callback_pages')
 order by pg_total_relation_size(s.relid) desc
