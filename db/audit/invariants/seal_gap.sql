-- Is a seal missing, or out of place?
-- Each row is the first seal after a gap: seals are numbered one by one, and cover every hour. Seals were removed or
-- changed (audit verify --seals says which).
-- Normal: no row.
select seal_number, hour, table_name, event_type
  from (
       select seal_number,
              hour,
              table_name,
              event_type,
              lag(seal_number, 1, 0::bigint) over (order by seal_number) as number_before,
              kind,
              lag(hour) over by_kind as hour_before
         from inbox.audit_seals
       window by_kind as (partition by kind order by seal_number)
       ) s
 where seal_number <> number_before + 1
    or (kind = 'rows' and (hour < hour_before or hour > hour_before + interval '1 hour'))
