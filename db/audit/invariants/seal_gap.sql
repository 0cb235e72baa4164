-- Is a seal missing, or out of place?
-- Each row is the first seal after a gap: seals are numbered one by one, and cover every hour. Seals were removed or
-- changed (audit verify --seals says which).
-- Normal: no row.
select seal_number, hour, event_type
  from (
       select seal_number,
              hour,
              event_type,
              lag(seal_number, 1, 0::bigint) over by_number as number_before,
              lag(hour) over by_number as hour_before,
              lag(event_type) over by_number as type_before
         from inbox.audit_seals
       window by_number as (order by seal_number)
       ) s
 where seal_number <> number_before + 1
    or hour < hour_before
    or hour > hour_before + interval '1 hour'
    or (hour = hour_before and (type_before = '' or event_type collate "C" <= type_before collate "C"))
