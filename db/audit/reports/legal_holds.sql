-- Which legal holds keep events from being removed, since when and why?
-- Each row is a hold that was placed or released in this time, or held in it: what it keeps (all that is given must apply), who
-- placed it and why, and who released it and why.
-- Normal: as many as the lawyers remember. No row: nothing is held.
select placed_at, released_at, process_instance_id, corp_id, event_type, held_from, held_to, operator, reason, released_by,
       release_reason, hold_id
  from inbox.audit_holds
 where placed_at < cast(:to as timestamptz)
   and (released_at is null or released_at >= cast(:from as timestamptz))
 order by placed_at desc, hold_id
