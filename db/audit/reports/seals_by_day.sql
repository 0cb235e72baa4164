-- Is the event log sealed, and up to when?
-- Each row is a day (UTC): how many of its hours are sealed, how many events that covers, by how many keys, when the last of
-- its seals was made, and how many seals are of events that the cleanup has removed.
-- Normal: 24 hours each day, but the day on which sealing began and today; each hour sealed minutes after it is over. No row:
-- nothing is sealed, because inbox.seal.key is not set. To check the seals: audit verify --seals.
select cast(hour at time zone 'UTC' as date) as day,
       count(distinct hour) as sealed_hours,
       sum(events) as events,
       count(distinct key_id) as keys,
       min(seal_number) as first_seal,
       max(seal_number) as last_seal,
       max(sealed_at) as last_sealed_at,
       count(removed_at) as removed_seals
  from inbox.audit_seals
 where hour >= cast(:from as timestamptz) and hour < cast(:to as timestamptz)
 group by 1
 order by 1 desc
