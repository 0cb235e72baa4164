-- Is there content that counts as seen, but whose event is neither in the event log nor accepted into the queue?
-- Each row would make the next delivery of that content a duplicate of nothing.
-- Normal: no row. (Rows whose window is over mean nothing any more.)
select w.content_id, w.seen_at
  from identity_windows w
 cross join lateral (
       select w.content_id || '@' || to_char(w.seen_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS.US"Z"') as event_id
       ) occurrence
 where w.seen_at > now() - w.window_length
   and not exists (select from processed_events p where p.event_id = occurrence.event_id)
   and not exists (select from accepted_events a where a.event_id = occurrence.event_id)
