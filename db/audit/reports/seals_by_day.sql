-- Is the event log sealed, and up to when?
-- Each row is a day (UTC): how many of its hours are sealed, how many events and other rows that covers, by how many keys, when
-- the last of its seals was made, and how many of its events the cleanup has removed since.
-- Normal: 24 hours each day, but the day on which sealing began and today; each hour sealed minutes after it is over. No row:
-- nothing is sealed, because inbox.seal.key is not set. To check the seals: audit verify --seals.
select cast(hour at time zone 'UTC' as date) as day,
       count(distinct hour) filter (where kind = 'rows') as sealed_hours,
       coalesce(sum(row_count) filter (where kind = 'rows' and table_name = 'processed_events'), 0) as events,
       coalesce(sum(row_count) filter (where kind = 'rows' and table_name <> 'processed_events'), 0) as other_rows,
       count(distinct key_id) as keys,
       min(seal_number) as first_seal,
       max(seal_number) as last_seal,
       max(sealed_at) filter (where kind = 'rows') as last_sealed_at,
       coalesce(sum(row_count) filter (where kind = 'removed' and table_name = 'processed_events'), 0) as removed_events
  from inbox.audit_seals
 where hour >= cast(:from as timestamptz) and hour < cast(:to as timestamptz)
 group by 1
 order by 1 desc
