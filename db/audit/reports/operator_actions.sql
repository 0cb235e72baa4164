-- What did operators do with single events, why, and from where?
-- Each row is an event that an operator replayed (may be tried again), discarded (given up), dropped (only its copy in the
-- queue) or repeated (the handlers of a processed event ran once more: what they add, they have added twice).
-- Normal: as many rows as the operators remember. What the cleanup did is in the report cleanups.
select acted_at, operator, action, event_type, event_id, state_before, attempts_before, reason, origin
  from inbox.audit_actions
 where acted_at >= cast(:from as timestamptz) and acted_at < cast(:to as timestamptz)
 order by acted_at desc, event_id
