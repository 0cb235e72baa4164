-- What did the cleanup remove, when, by whom, and what kept it from more?
-- Each row is a run of the cleanup and a table (empty: the run as a whole, with its outcome), with the days that rows were
-- removed of, how many, and whether they were events without a seal.
-- Normal: a run a day, outcome completed, no problem. No row for days: it is off, or no service runs. Outcome refused: read
-- the problem.
select began_at,
       table_name,
       sum(rows_removed) as rows_removed,
       count(distinct event_type) as event_types,
       cast(min(day) at time zone 'UTC' as date) as first_day,
       cast(max(day) at time zone 'UTC' as date) as last_day,
       bool_or(unsealed) as unsealed,
       max(outcome) as outcome,
       max(problem) as problem,
       operator,
       reason
  from (
       select run_id, min(began_at) over (partition by run_id) as began_at, table_name, event_type, day, rows_removed,
              unsealed, outcome, problem, operator, reason
         from inbox.audit_cleanups
        where began_at >= cast(:from as timestamptz) and began_at < cast(:to as timestamptz)
       ) r
 group by run_id, began_at, table_name, operator, reason
 order by began_at desc, table_name
