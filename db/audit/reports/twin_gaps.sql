-- How far apart do the deliveries of one event come, and how are they recognised?
-- Each row is an event type and a range of gaps: how many duplicates came so long after the delivery that was processed
-- (or before it), and how many of them were recognised by what.
-- Normal: under 1 s (twins), 10 s and 40 s (DingTalk's retries). Hours or days: an operator replayed it, or what could not be
-- delivered is pulled. inbox.retention.events must be longer than the largest gap (audit_gaps has it over all time).
select event_type,
       case when gap < interval '100 milliseconds' then 'a: under 0.1 s'
            when gap < interval '1 second' then 'b: under 1 s'
            when gap < interval '15 seconds' then 'c: under 15 s'
            when gap < interval '1 minute' then 'd: under 1 min'
            when gap < interval '1 hour' then 'e: under 1 h'
            when gap < interval '1 day' then 'f: under 1 day'
            else 'g: a day or more' end as gap,
       count(*) as duplicates,
       max(gap) as largest_gap,
       count(*) filter (where matched_by = 'event_id') as by_event_id,
       count(*) filter (where matched_by = 'natural_key') as by_natural_key,
       count(*) filter (where matched_by = 'window') as by_window,
       count(*) filter (where matched_by = 'queued') as by_queued
  from (
       select event_type, matched_by, greatest(since_first, -since_first) as gap
         from inbox.audit_duplicates
        where recorded_at >= cast(:from as timestamptz) and recorded_at < cast(:to as timestamptz)
       ) d
 group by 1, 2
 order by 1, 2
