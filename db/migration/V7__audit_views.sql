-- Views for auditors and DBAs. Their names are stable, while the tables behind them may change.
--
-- Operators: creates views and functions; takes no lock that anything waits for.
set local lock_timeout = '2s';

-- Works on the text instead of the tree, so that no nesting is too deep. In the text of a jsonb, a key is a string before a
-- colon, and outside of strings there are only numbers, true, false, null and punctuation.
create function inbox.masked_payload(payload jsonb) returns jsonb
  language sql immutable strict parallel safe
  return (
    select string_agg(
             case when token[1] is not null then token[1]
                  when token[2] is not null then '"***"'
                  else regexp_replace(token[3], '[^][{}:, ]+', '"***"', 'g') end,
             '' order by number)
      from regexp_matches(payload::text, '("(?:[^"\\]|\\.)*": )|("(?:[^"\\]|\\.)*")|([^"]+)', 'g')
           with ordinality as t (token, number)
  )::jsonb;

comment on function inbox.masked_payload(jsonb) is
  'A payload without its values: keys, order and nesting stay, every string, number, boolean and null becomes "***".';

-- The columns that cost something (deliveries, first_to_last, queued_at, payload) are expressions of their row alone: a
-- query that does not name them does not pay for them. For the same reason there is no join and no group.
create view inbox.audit_events as
select p.event_id,
       p.natural_key,
       p.app,
       p.corp_id,
       p.event_type,
       'processed' as state,
       p.transport,
       p.occurred_at,
       p.received_at,
       (select a.accepted_at from inbox.accepted_events a where a.event_id = p.event_id) as queued_at,
       p.processed_at,
       p.processed_at as recorded_at,
       1 + (select count(*) from inbox.duplicate_deliveries d where d.event_id = p.event_id) as deliveries,
       (select greatest(max(d.since_first), interval '0') - least(min(d.since_first), interval '0')
          from inbox.duplicate_deliveries d
         where d.event_id = p.event_id
        having count(*) > 0) as first_to_last,
       p.payload ->> 'processInstanceId' as process_instance_id,
       inbox.masked_payload(p.payload) as payload
  from inbox.processed_events p
 union all
select q.event_id,
       q.natural_key,
       q.app,
       q.corp_id,
       q.event_type,
       q.state,
       q.transport,
       q.occurred_at,
       q.received_at,
       q.queued_at,
       null,
       q.queued_at,
       1 + (select count(*) from inbox.duplicate_deliveries d where d.event_id = q.event_id),
       (select greatest(max(d.since_first), interval '0') - least(min(d.since_first), interval '0')
          from inbox.duplicate_deliveries d
         where d.event_id = q.event_id
        having count(*) > 0),
       q.payload ->> 'processInstanceId',
       inbox.masked_payload(q.payload)
  from inbox.queued_events q
 where not exists (select from inbox.processed_events p where p.event_id = q.event_id)
   and not exists (select from inbox.processed_events p where p.natural_key = q.natural_key);

comment on view inbox.audit_events is
  'Events, one row each, processed or waiting. Look one up by event_id or natural_key, many by a range of recorded_at or processed_at; those of an approval with event_id = any (inbox.audit_events_of_approval(…)).';
comment on column inbox.audit_events.event_id is
  'Identity of the event, the same on every delivery: <app>:<eventId>, or the natural key, or <app>:<corp>:<type>:sha256:<hash>@<first seen>.';
comment on column inbox.audit_events.natural_key is
  'Second identity, made of the business fields. Null if the event type has no precise one.';
comment on column inbox.audit_events.app is 'Name of the app in inbox.apps whose callback brought the event.';
comment on column inbox.audit_events.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.audit_events.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_events.state is
  'processed: it has taken effect; pending, retrying, dead or discarded: it has not, and is in the queue. An event that has been processed and still has a copy in the queue is processed.';
comment on column inbox.audit_events.transport is 'Entrance of the first delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column inbox.audit_events.occurred_at is 'When it happened, by DingTalk''s clock. Null if the event does not say.';
comment on column inbox.audit_events.received_at is 'When the first delivery arrived, by the service''s clock.';
comment on column inbox.audit_events.queued_at is
  'When it was put into the queue, by the database''s clock. Null: it never was, because its delivery processed it.';
comment on column inbox.audit_events.processed_at is
  'Start of the transaction that processed it, by the database''s clock. Null: it is waiting.';
comment on column inbox.audit_events.recorded_at is
  'processed_at or, while it waits, queued_at: always by the database''s clock. Select ranges of time by this.';
comment on column inbox.audit_events.deliveries is
  'How often it was delivered, as far as it is still known: the cleanup removes old duplicates.';
comment on column inbox.audit_events.first_to_last is
  'Time between the arrivals of its first and its last delivery. Null if there was only one.';
comment on column inbox.audit_events.process_instance_id is
  'The approval that it is about (processInstanceId in its payload), for all event types. Null if it names none.';
comment on column inbox.audit_events.payload is
  'The decrypted event, masked: keys stay, values are "***". audit_payloads has it unmasked, for roles that may read it.';

-- The natural keys of approvals, and of what else belongs to one, are <app>:<organisation>:<event type>:<processInstanceId>…,
-- in the order of their bytes. So the unique index finds an approval after each of these beginnings, and the beginnings
-- themselves by steps from one to the next: no index is needed that callbacks would have to pay for. With the rights of its
-- owner, because audit_events also has the queue, which would be read at every step. ($1 is the approval.)
create function inbox.audit_events_of_approval(approval text) returns text[]
  language sql stable security definer set search_path = pg_catalog, pg_temp set jit = off as $$
  with recursive beginnings (beginning) as (
    (select substring(p.natural_key from '^[^:]*:[^:]*:[^:]*:')
       from inbox.processed_events p
      where p.natural_key is not null
      order by p.natural_key
      limit 1)
     union all
    select (select substring(p.natural_key from '^[^:]*:[^:]*:[^:]*:')
              from inbox.processed_events p
             where p.natural_key >= left(b.beginning, -1) || ';'
             order by p.natural_key
             limit 1)
      from beginnings b
     where b.beginning is not null
  ), keys (first_key) as (
    select beginning || replace(replace(replace($1, '%', '%25'), ':', '%3A'), '@', '%40')
      from beginnings
     where beginning is not null
  )
  select array(
    select e.event_id
      from keys k
     cross join lateral (
           select p.event_id, p.payload
             from inbox.processed_events p
            where p.natural_key >= k.first_key
              and p.natural_key < k.first_key || ';'
           offset 0) e
     where e.payload ->> 'processInstanceId' = $1
     union
    select q.event_id
      from inbox.queued_events q
     where q.payload ->> 'processInstanceId' = $1)
$$;

comment on function inbox.audit_events_of_approval(text) is
  'The ids of the events of an approval (processInstanceId), of all event types, comments and attendance too: all that wait, and of the processed ones those whose natural key begins with the approval, as the built-in ones do.';

create view inbox.audit_duplicates as
select d.event_id,
       d.delivery_id,
       split_part(d.event_id, ':', 1) as app,
       d.corp_id,
       d.event_type,
       d.matched_by,
       d.same_payload,
       d.since_first,
       d.received_at - d.since_first as first_received_at,
       d.received_at,
       d.recorded_at,
       (select p.processed_at from inbox.processed_events p where p.event_id = d.event_id) as event_processed_at,
       d.transport,
       d.source_address,
       inbox.masked_payload(d.payload) as payload
  from inbox.duplicate_deliveries d;

comment on view inbox.audit_duplicates is
  'Deliveries without effect, one row each: their event had been processed or queued before.';
comment on column inbox.audit_duplicates.event_id is
  'The earlier event (audit_events.event_id), even if the delivery itself has another eventId.';
comment on column inbox.audit_duplicates.delivery_id is 'Distinguishes the deliveries of one event; has no other meaning.';
comment on column inbox.audit_duplicates.app is
  'Name of the app in inbox.apps: the first part of event_id, unchanged. (The names that an app may have there need no escaping.)';
comment on column inbox.audit_duplicates.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.audit_duplicates.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_duplicates.matched_by is
  'How it was recognised: event_id, natural_key (the eventId differed or was missing), window (equal content, no other identity), or queued (the event waited in the queue).';
comment on column inbox.audit_duplicates.same_payload is 'Whether its content equals that of the first delivery. If the two came by different transports, fields of the envelope (EventType, CorpId, …) that only one of them has do not count. False: see audit_conflicts.';
comment on column inbox.audit_duplicates.since_first is
  'Time from the arrival of the delivery that was processed to the arrival of this one; negative if this one arrived earlier but was inserted later, or if the clocks of two machines differ.';
comment on column inbox.audit_duplicates.first_received_at is 'When the delivery that was processed arrived.';
comment on column inbox.audit_duplicates.received_at is 'When this delivery arrived, by the service''s clock.';
comment on column inbox.audit_duplicates.recorded_at is
  'Start of the transaction that recorded it, by the database''s clock. Select ranges of time by this.';
comment on column inbox.audit_duplicates.event_processed_at is
  'When the event was processed, by the database''s clock. Null: it is still waiting, or the cleanup has removed it.';
comment on column inbox.audit_duplicates.transport is 'Entrance of the delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column inbox.audit_duplicates.source_address is 'Network address of the sender; behind a trusted proxy, the one that the proxy saw.';
comment on column inbox.audit_duplicates.payload is 'The content of this delivery, masked; null if it was the same as in the first one.';

create view inbox.audit_conflicts as
select d.event_id,
       d.delivery_id,
       split_part(d.event_id, ':', 1) as app,
       d.corp_id,
       d.event_type,
       d.matched_by,
       d.since_first,
       d.received_at,
       d.recorded_at,
       d.transport,
       d.source_address,
       (select array_agg(key order by key collate "C")
          from (select p.payload, p.transport from inbox.processed_events p where p.event_id = d.event_id
                 union all
                select q.payload, q.transport from inbox.queued_events q where q.event_id = d.event_id
                offset 0) first
         cross join lateral jsonb_object_keys(
               case when jsonb_typeof(first.payload) = 'object' and jsonb_typeof(d.payload) = 'object'
                    then first.payload || d.payload end) as keys (key)
         where first.payload -> key is distinct from d.payload -> key
           -- Each transport has its own envelope: that one of two lacks such a field is no difference.
           and (first.transport = d.transport
                or first.payload ? key = d.payload ? key
                or key not in ('EventType', 'eventType', 'EventTime', 'TimeStamp', 'CorpId', 'corpId', 'corpid', 'BizId',
                               'eventId'))) as changed_keys,
       inbox.masked_payload(coalesce(
         (select p.payload from inbox.processed_events p where p.event_id = d.event_id),
         (select q.payload from inbox.queued_events q where q.event_id = d.event_id))) as first_payload,
       inbox.masked_payload(d.payload) as payload
  from inbox.duplicate_deliveries d
 where not d.same_payload;

comment on view inbox.audit_conflicts is
  'Duplicates whose content differs from that of the first delivery of their event, although the identity is the same. They had no effect.';
comment on column inbox.audit_conflicts.event_id is 'The event (audit_events.event_id), even if the delivery itself has another eventId.';
comment on column inbox.audit_conflicts.delivery_id is 'Distinguishes the deliveries of one event; has no other meaning.';
comment on column inbox.audit_conflicts.app is 'Name of the app in inbox.apps: the first part of event_id.';
comment on column inbox.audit_conflicts.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.audit_conflicts.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_conflicts.matched_by is 'How it was recognised, as in audit_duplicates. natural_key: the key may be too coarse, and these may be two events.';
comment on column inbox.audit_conflicts.since_first is 'Time from the arrival of the delivery that was processed to the arrival of this one.';
comment on column inbox.audit_conflicts.received_at is 'When this delivery arrived, by the service''s clock.';
comment on column inbox.audit_conflicts.recorded_at is 'Start of the transaction that recorded it, by the database''s clock. Select ranges of time by this.';
comment on column inbox.audit_conflicts.transport is 'Entrance of the delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column inbox.audit_conflicts.source_address is 'Network address of the sender; behind a trusted proxy, the one that the proxy saw.';
comment on column inbox.audit_conflicts.changed_keys is
  'The keys of the payload whose values differ, or that only one of the two has, but for those of the envelope if the two came by different transports. Null: none (then the difference is one that jsonb cannot store, or in the event type or the organisation), or the cleanup has removed the event.';
comment on column inbox.audit_conflicts.first_payload is 'The content of the first delivery, masked. Null if the cleanup has removed the event.';
comment on column inbox.audit_conflicts.payload is 'The content of this delivery, masked.';

-- Day by day, so that a range of days reads only these days: grouping by the day could not use an index, because the day of a
-- time depends on the session.
create view inbox.audit_daily as
select days.begins::date as day,
       daily.app,
       daily.event_type,
       daily.events,
       daily.duplicates,
       round(daily.duplicates::numeric / nullif(daily.events + daily.duplicates, 0), 4) as duplicate_share,
       daily.handling_p50,
       daily.handling_p95,
       daily.dead
  from generate_series(
         date_trunc('day', least(
           (select min(processed_at) from inbox.processed_events),
           (select min(queued_at) from inbox.queued_events),
           (select min(recorded_at) from inbox.duplicate_deliveries),
           (select min(handled_at) from inbox.handling_times))),
         least(
           now(),
           greatest(
             (select max(processed_at) from inbox.processed_events),
             (select max(queued_at) from inbox.queued_events),
             (select max(recorded_at) from inbox.duplicate_deliveries),
             (select max(handled_at) from inbox.handling_times))),
         interval '1 day') as days (begins)
 cross join lateral (
       select app,
              event_type,
              sum(events)::bigint as events,
              sum(duplicates)::bigint as duplicates,
              max(handling_p50) as handling_p50,
              max(handling_p95) as handling_p95,
              sum(dead)::bigint as dead
         from (
              select p.app, p.event_type, count(*) as events, 0 as duplicates,
                     null::interval as handling_p50, null::interval as handling_p95, 0 as dead
                from inbox.processed_events p
               where p.processed_at >= days.begins and p.processed_at < days.begins + interval '1 day'
               group by p.app, p.event_type
               union all
              select q.app, q.event_type, count(*), 0, null, null, count(*) filter (where q.state = 'dead')
                from inbox.queued_events q
               where q.queued_at >= days.begins and q.queued_at < days.begins + interval '1 day'
                 and not exists (select from inbox.processed_events p where p.event_id = q.event_id)
                 and not exists (select from inbox.processed_events p where p.natural_key = q.natural_key)
               group by q.app, q.event_type
               union all
              select split_part(d.event_id, ':', 1), d.event_type, 0, count(*), null, null, 0
                from inbox.duplicate_deliveries d
               where d.recorded_at >= days.begins and d.recorded_at < days.begins + interval '1 day'
               group by 1, 2
               union all
              select h.app, h.event_type, 0, 0,
                     percentile_cont(0.5) within group (order by h.handling_time),
                     percentile_cont(0.95) within group (order by h.handling_time),
                     0
                from inbox.handling_times h
               where h.handled_at >= days.begins and h.handled_at < days.begins + interval '1 day'
               group by h.app, h.event_type
              ) counted
        group by app, event_type
       ) daily;

comment on view inbox.audit_daily is
  'What arrived and what became of it, one row per day, app and event type. Days are in the session''s time zone (set timezone), by the database''s clock. A query for a range of days reads only these days.';
comment on column inbox.audit_daily.day is
  'The day on which events were processed (or queued, while they wait), duplicates recorded, and handlers ran, in the session''s time zone.';
comment on column inbox.audit_daily.app is 'Name of the app in inbox.apps whose callback brought them.';
comment on column inbox.audit_daily.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_daily.events is 'Events that were processed on that day, or were queued on that day and wait.';
comment on column inbox.audit_daily.duplicates is 'Deliveries of that day without effect, because their event had arrived before.';
comment on column inbox.audit_daily.duplicate_share is 'Duplicates among all deliveries of the day, from 0 to 1.';
comment on column inbox.audit_daily.handling_p50 is 'Half of the events whose handlers ran on that day took no longer. Null: unknown.';
comment on column inbox.audit_daily.handling_p95 is '95 of 100 events whose handlers ran on that day took no longer. Null: unknown.';
comment on column inbox.audit_daily.dead is 'Events of that day that are dead letters now.';

create view inbox.audit_approvals as
select i.corp_id,
       i.process_instance_id,
       i.state,
       i.result,
       i.process_code,
       i.business_id,
       change.event_id,
       change.effect,
       change.event_id = i.state_event_id as is_current,
       change.happened_at,
       p.received_at,
       p.processed_at,
       p.transport,
       1 + (select count(*) from inbox.duplicate_deliveries d where d.event_id = change.event_id) as deliveries,
       (select greatest(max(d.since_first), interval '0') - least(min(d.since_first), interval '0')
          from inbox.duplicate_deliveries d
         where d.event_id = change.event_id
        having count(*) > 0) as first_to_last
  from inbox.approval_instances i
 cross join lateral (
       values ('running', i.start_event_id, i.created_at),
              (i.ending || coalesce(' ' || i.result, ''), i.end_event_id, i.finished_at),
              ('deleted', i.delete_event_id, greatest(i.created_at, i.finished_at))
       ) as change (effect, event_id, happened_at)
  left join inbox.processed_events p on p.event_id = change.event_id
 where change.event_id is not null;

comment on view inbox.audit_approvals is
  'Approvals with the events that led to their state, one row per event: how often it was delivered, how far apart, and what it did. Look one up by process_instance_id.';
comment on column inbox.audit_approvals.corp_id is 'DingTalk organisation (corpId) of the approval; empty if its events name none.';
comment on column inbox.audit_approvals.process_instance_id is 'The approval: DingTalk''s processInstanceId.';
comment on column inbox.audit_approvals.state is 'What the approval is now: running, finished, terminated or deleted.';
comment on column inbox.audit_approvals.result is 'The decision: agree or refuse. Null: none yet, or the event does not say.';
comment on column inbox.audit_approvals.process_code is 'DingTalk''s processCode: the form.';
comment on column inbox.audit_approvals.business_id is 'DingTalk''s businessId: the number that people see.';
comment on column inbox.audit_approvals.event_id is 'The event (audit_events.event_id).';
comment on column inbox.audit_approvals.effect is 'The effect of the event: the new state of the approval, with the result. It took effect once, however often it was delivered.';
comment on column inbox.audit_approvals.is_current is 'Whether the approval is still in that state. False: another event prevails.';
comment on column inbox.audit_approvals.happened_at is
  'When that was, by DingTalk''s clock; for a deletion, which has no time here, not before this. Null if no event says it.';
comment on column inbox.audit_approvals.received_at is 'When the first delivery of the event arrived. Null: the cleanup has removed the event.';
comment on column inbox.audit_approvals.processed_at is
  'When the event took effect: start of its transaction, by the database''s clock. Null: the cleanup has removed the event.';
comment on column inbox.audit_approvals.transport is 'Entrance of the first delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column inbox.audit_approvals.deliveries is 'How often the event was delivered, as far as it is still known.';
comment on column inbox.audit_approvals.first_to_last is 'Time between the arrivals of its first and its last delivery. Null if there was only one.';

create view inbox.audit_tasks as
select t.corp_id,
       t.process_instance_id,
       t.task_key,
       t.state,
       t.result,
       t.assignee_id,
       change.event_id,
       change.effect,
       change.event_id = t.state_event_id as is_current,
       change.happened_at,
       p.received_at,
       p.processed_at,
       p.transport,
       1 + (select count(*) from inbox.duplicate_deliveries d where d.event_id = change.event_id) as deliveries,
       (select greatest(max(d.since_first), interval '0') - least(min(d.since_first), interval '0')
          from inbox.duplicate_deliveries d
         where d.event_id = change.event_id
        having count(*) > 0) as first_to_last
  from inbox.approval_tasks t
 cross join lateral (
       values ('running', t.start_event_id, t.created_at),
              (t.ending || coalesce(' ' || t.result, ''), t.end_event_id, t.finished_at)
       ) as change (effect, event_id, happened_at)
  left join inbox.processed_events p on p.event_id = change.event_id
 where change.event_id is not null;

comment on view inbox.audit_tasks is
  'Tasks of approvals with the events that led to their state, one row per event, as in audit_approvals. Look them up by process_instance_id.';
comment on column inbox.audit_tasks.corp_id is 'DingTalk organisation (corpId) of the approval; empty if its events name none.';
comment on column inbox.audit_tasks.process_instance_id is 'The approval: DingTalk''s processInstanceId.';
comment on column inbox.audit_tasks.task_key is 'The task in it: task:<taskId>, or staff:<staffId>@<createTime>.';
comment on column inbox.audit_tasks.state is 'What the task is now: running, finished or canceled.';
comment on column inbox.audit_tasks.result is 'What the approver did: agree, refuse, redirect or audit. Null: none yet, or the event does not say.';
comment on column inbox.audit_tasks.assignee_id is 'User (staffId) whose turn it was.';
comment on column inbox.audit_tasks.event_id is 'The event (audit_events.event_id).';
comment on column inbox.audit_tasks.effect is 'The effect of the event: the new state of the task, with the result.';
comment on column inbox.audit_tasks.is_current is 'Whether the task is still in that state. False: another event prevails.';
comment on column inbox.audit_tasks.happened_at is 'When that was, by DingTalk''s clock. Null if no event says it.';
comment on column inbox.audit_tasks.received_at is 'When the first delivery of the event arrived. Null: the cleanup has removed the event.';
comment on column inbox.audit_tasks.processed_at is 'When the event took effect, by the database''s clock. Null: the cleanup has removed the event.';
comment on column inbox.audit_tasks.transport is 'Entrance of the first delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column inbox.audit_tasks.deliveries is 'How often the event was delivered, as far as it is still known.';
comment on column inbox.audit_tasks.first_to_last is 'Time between the arrivals of its first and its last delivery. Null if there was only one.';

create view inbox.audit_gaps as
select d.event_type,
       count(*) as duplicates,
       greatest(max(d.since_first), -min(d.since_first)) as largest_gap,
       min(d.recorded_at) as earliest_recorded_at,
       max(d.recorded_at) as latest_recorded_at
  from inbox.duplicate_deliveries d
 group by d.event_type;

comment on view inbox.audit_gaps is
  'How late duplicates arrive, one row per event type: events must be kept for longer than the largest gap. Reads all duplicates.';
comment on column inbox.audit_gaps.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_gaps.duplicates is 'Number of duplicates that are still known.';
comment on column inbox.audit_gaps.largest_gap is
  'The largest time between the arrivals of a duplicate and of the delivery that was processed, whichever came first, by the clocks of the services.';
comment on column inbox.audit_gaps.earliest_recorded_at is
  'When the first of these duplicates was recorded, by the database''s clock: the gap is the largest since then.';
comment on column inbox.audit_gaps.latest_recorded_at is 'When the last of them was recorded, by the database''s clock.';

-- The first event of a key is found by "order by … limit 1" and not by "not exists": so it is looked up in the index, even
-- while the statistics of a queue that has just been filled are wrong.
create view inbox.audit_queue as
select q.event_id,
       q.natural_key,
       q.ordering_key,
       q.app,
       q.corp_id,
       q.event_type,
       q.state,
       q.attempts,
       q.next_attempt_at,
       q.event_id is not distinct from (
         select first.event_id
           from inbox.queued_events first
          where first.ordering_key = q.ordering_key
            and first.corp_id = q.corp_id
            and first.state <> 'discarded'
          order by first.happened_at, first.received_at, first.event_id
          limit 1) as is_first,
       q.late_copy,
       q.transport,
       q.occurred_at,
       q.received_at,
       q.queued_at,
       q.changed_at,
       l.holder as lease_holder,
       l.leased_at,
       l.leased_until,
       inbox.masked_payload(q.payload) as payload
  from inbox.queued_events q
  left join inbox.ordering_leases l on l.corp_id = q.corp_id and l.ordering_key = q.ordering_key;

comment on view inbox.audit_queue is
  'Events that were accepted and are not processed yet, one row each, with the lease of the worker that is processing them. Without their errors, which may quote the content of events.';
comment on column inbox.audit_queue.event_id is 'Identity of the event, as in audit_events.';
comment on column inbox.audit_queue.natural_key is 'Second identity, as in audit_events. Null if the event type has no precise one.';
comment on column inbox.audit_queue.ordering_key is 'Events with the same key are processed one at a time, in order. An event without order has its event_id here.';
comment on column inbox.audit_queue.app is 'Name of the app in inbox.apps whose callback brought the event.';
comment on column inbox.audit_queue.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.audit_queue.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_queue.state is
  'pending: not tried yet, or replayed by an operator; retrying: failed, will be tried again; dead: failed and is not retried, waits for an operator and holds up its ordering_key; discarded: given up by an operator.';
comment on column inbox.audit_queue.attempts is 'How often its handlers failed, since the last replay if there was one.';
comment on column inbox.audit_queue.next_attempt_at is 'When it may be tried, by the database''s clock. Null for dead and discarded.';
comment on column inbox.audit_queue.is_first is 'Whether it is its turn: no event of its ordering key is ahead of it. False for a discarded one.';
comment on column inbox.audit_queue.late_copy is 'True: stored because its delivery had to be answered while the handlers still ran.';
comment on column inbox.audit_queue.transport is 'Entrance of the first delivery: http (push), stream, or poll (list of failed callbacks).';
comment on column inbox.audit_queue.occurred_at is 'When it happened, by DingTalk''s clock. Null if the event does not say.';
comment on column inbox.audit_queue.received_at is 'When the first delivery arrived, by the service''s clock.';
comment on column inbox.audit_queue.queued_at is 'When it was queued, by the database''s clock.';
comment on column inbox.audit_queue.changed_at is 'When its state last changed, by the database''s clock: a dead event died then.';
comment on column inbox.audit_queue.lease_holder is 'The process that holds its ordering key now: host and process, or the operator''s command. Null: none.';
comment on column inbox.audit_queue.leased_at is 'Since when, by the database''s clock.';
comment on column inbox.audit_queue.leased_until is 'Until when, by the database''s clock; then any worker may take it over.';
comment on column inbox.audit_queue.payload is 'The decrypted event, masked.';

create view inbox.audit_attempts as
select event_id, attempt_id, corp_id, event_type, attempt, state_after, started_at, failed_at, node
  from inbox.failed_attempts;

comment on view inbox.audit_attempts is
  'Attempts at queued events that failed, one row each. Without their errors, which may quote the content of events.';
comment on column inbox.audit_attempts.event_id is 'The event (audit_events.event_id).';
comment on column inbox.audit_attempts.attempt_id is 'Distinguishes the attempts at one event; has no other meaning.';
comment on column inbox.audit_attempts.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.audit_attempts.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_attempts.attempt is 'Its number, from 1; after a replay from 1 again.';
comment on column inbox.audit_attempts.state_after is 'What became of the event: retrying, or dead.';
comment on column inbox.audit_attempts.started_at is
  'When it began: the arrival of the delivery, or the lease of a worker.';
comment on column inbox.audit_attempts.failed_at is 'When the failure was recorded, by the database''s clock.';
comment on column inbox.audit_attempts.node is
  'The node that recorded it: host and process. Null: it was the delivery itself, before the event was queued.';

create view inbox.audit_accepted as
select event_id,
       natural_key,
       split_part(event_id, ':', 1) as app,
       corp_id,
       event_type,
       accepted_at
  from inbox.accepted_events;

comment on view inbox.audit_accepted is
  'Events that were answered success from the queue, one row each: every one of them is processed, queued or discarded. The cleanup removes them together with their events.';
comment on column inbox.audit_accepted.event_id is 'Identity of the event, as in audit_events.';
comment on column inbox.audit_accepted.natural_key is 'Second identity: the event may have been processed under another event_id with this key.';
comment on column inbox.audit_accepted.app is 'Name of the app in inbox.apps: the first part of event_id.';
comment on column inbox.audit_accepted.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.audit_accepted.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_accepted.accepted_at is 'When it was queued, by the database''s clock; its delivery was answered after that.';

create view inbox.audit_windows as
select w.content_id,
       w.corp_id,
       w.content_id || '@' || to_char(w.seen_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS.US"Z"') as event_id,
       w.seen_at,
       w.window_length,
       w.seen_at + w.window_length as ends_at
  from inbox.identity_windows w;

comment on view inbox.audit_windows is
  'Latest occurrence of each event whose only identity is its content. Has no effect once it has ended.';
comment on column inbox.audit_windows.content_id is '<app>:<corp>:<type>:sha256:<hash>.';
comment on column inbox.audit_windows.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.audit_windows.event_id is 'The event of that occurrence (audit_events.event_id).';
comment on column inbox.audit_windows.seen_at is 'When the latest occurrence was first delivered, by the database''s clock.';
comment on column inbox.audit_windows.window_length is 'For how long after seen_at equal content is the same event.';
comment on column inbox.audit_windows.ends_at is 'From then on, equal content is a new event.';

create view inbox.audit_handling_times as
select event_id, app, corp_id, event_type, handled_at, handling_time
  from inbox.handling_times;

comment on view inbox.audit_handling_times is
  'How long the handlers of processed events took, one row per event. A statistic: after a crash, the rows of its last second may be missing.';
comment on column inbox.audit_handling_times.event_id is 'The event, as in audit_events.';
comment on column inbox.audit_handling_times.app is 'Name of the app in inbox.apps whose callback brought the event.';
comment on column inbox.audit_handling_times.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.audit_handling_times.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_handling_times.handled_at is 'When this was written, about a second after its handlers ended, by the database''s clock.';
comment on column inbox.audit_handling_times.handling_time is
  'How long the handlers of the event took, all together; of events that share a transaction, those of the transaction.';

create view inbox.audit_seals as
select seal_number, kind, table_name, event_type, hour, row_count, run_id, key_id, seal, sealed_at
  from inbox.event_seals;

comment on view inbox.audit_seals is
  'Seals of the log: one per hour, table and event type, and those by which the cleanup proves what it removed. audit verify --seals checks them.';
comment on column inbox.audit_seals.seal_number is 'From 1, without a gap, in the order in which they were made.';
comment on column inbox.audit_seals.kind is
  'rows: the rows of an hour. removal, kept, removed: what a run of the cleanup was to remove of a day, what it keeps because of a legal hold, and that it is done.';
comment on column inbox.audit_seals.table_name is 'The table whose rows are sealed or removed; empty: a run of the cleanup as a whole.';
comment on column inbox.audit_seals.event_type is
  'DingTalk''s EventType, as received; empty: the table is not sealed by type, or no event was processed in that hour.';
comment on column inbox.audit_seals.hour is 'Start of the hour (UTC) in which the rows were written; for removal and removed, start of the day.';
comment on column inbox.audit_seals.row_count is 'How many rows were sealed or kept; for removal, how many are kept in the whole day; for removed, how many this run removed.';
comment on column inbox.audit_seals.run_id is 'The run of the cleanup (audit_cleanups.run_id); null for rows.';
comment on column inbox.audit_seals.key_id is 'Which key made the seal: the beginning of its SHA-256.';
comment on column inbox.audit_seals.seal is 'HMAC-SHA-256 of the previous seal and of what this one says.';
comment on column inbox.audit_seals.sealed_at is 'When it was made, by the database''s clock.';

create view inbox.audit_actions as
select event_id, action_id, corp_id, event_type, action, state_before, attempts_before, operator, origin, reason, acted_at
  from inbox.operator_actions;

comment on view inbox.audit_actions is 'What operators did with single events, one row each.';
comment on column inbox.audit_actions.event_id is 'The event, as in audit_events.';
comment on column inbox.audit_actions.action_id is 'Distinguishes the actions on one event; has no other meaning.';
comment on column inbox.audit_actions.corp_id is 'DingTalk organisation (corpId) of the event; empty if it names none.';
comment on column inbox.audit_actions.event_type is 'DingTalk''s EventType, as received.';
comment on column inbox.audit_actions.action is
  'replay: a queued event may be tried again. discard: a queued event was given up. drop: it was to be discarded, but had been processed, so only its copy in the queue was deleted. repeat: the handlers of a processed event ran once more.';
comment on column inbox.audit_actions.state_before is 'Its state in the queue at that moment, or processed.';
comment on column inbox.audit_actions.attempts_before is 'How often its handlers had failed; null if it was processed.';
comment on column inbox.audit_actions.operator is 'Who did it: what --operator said, otherwise user@host of the operating system.';
comment on column inbox.audit_actions.origin is 'From where: the command with its host and process.';
comment on column inbox.audit_actions.reason is 'Why, in the operator''s words.';
comment on column inbox.audit_actions.acted_at is 'Start of the transaction that did it, by the database''s clock.';

create view inbox.audit_holds as
select h.hold_id, h.process_instance_id, h.corp_id, h.event_type, h.held_from, h.held_to, h.operator, h.origin, h.reason,
       h.placed_at, r.released_at, r.operator as released_by, r.origin as released_from, r.reason as release_reason
  from inbox.legal_holds h
  left join inbox.legal_hold_releases r using (hold_id);

comment on view inbox.audit_holds is
  'Legal holds, one row each: events that the cleanup does not remove, with their duplicates, however old they are. What is given must all apply.';
comment on column inbox.audit_holds.hold_id is 'Distinguishes the holds; has no other meaning.';
comment on column inbox.audit_holds.process_instance_id is 'Events of this approval (processInstanceId in the payload). Null: of any, and of none.';
comment on column inbox.audit_holds.corp_id is 'Events of this DingTalk organisation (corpId). Null: of any.';
comment on column inbox.audit_holds.event_type is 'Events of this type (EventType). Null: of any.';
comment on column inbox.audit_holds.held_from is 'Events processed at this time or later. Null: from the beginning.';
comment on column inbox.audit_holds.held_to is 'Events processed before this time. Null: without an end.';
comment on column inbox.audit_holds.operator is 'Who placed it: what --operator said, otherwise user@host of the operating system.';
comment on column inbox.audit_holds.origin is 'From where: the command with its host and process.';
comment on column inbox.audit_holds.reason is 'Why, in the operator''s words.';
comment on column inbox.audit_holds.placed_at is 'When it was placed, by the database''s clock.';
comment on column inbox.audit_holds.released_at is 'When it was released, by the database''s clock. Null: it holds.';
comment on column inbox.audit_holds.released_by is 'Who released it. Null: nobody.';
comment on column inbox.audit_holds.released_from is 'From where it was released. Null: it was not.';
comment on column inbox.audit_holds.release_reason is 'Why it was released. Null: it was not.';

create view inbox.audit_cleanups as
select run_id, began_at, ended_at, table_name, event_type, day, rows_removed, unsealed, outcome, problem,
       operator, origin, reason, archive_file, archive_rows, encode(archive_sha256, 'hex') as archive_sha256
  from inbox.cleanup_runs;

comment on view inbox.audit_cleanups is
  'What the cleanup removed, and who ran it, when, why and from where: a row per run, table, event type and day, and one (table_name empty) for each run as a whole.';
comment on column inbox.audit_cleanups.run_id is
  'Distinguishes the runs; has no other meaning.';
comment on column inbox.audit_cleanups.began_at is
  'When it began, by the database''s clock.';
comment on column inbox.audit_cleanups.ended_at is
  'When the last row of that day was removed, or the run ended, by the database''s clock. Null: some rows may be left, and the next run continues.';
comment on column inbox.audit_cleanups.table_name is
  'The table that rows were removed from; empty: the run as a whole.';
comment on column inbox.audit_cleanups.event_type is
  'DingTalk''s EventType of the rows, as received; empty for a table without types, and for the run as a whole.';
comment on column inbox.audit_cleanups.day is
  'Start of the day (UTC) of the rows: by processed_at of processed_events, recorded_at of duplicate_deliveries, handled_at of handling_times, changed_at of discarded queued_events, processed_at of failed_callback_pages; for identity_windows and the run as a whole, the day on which it ran.';
comment on column inbox.audit_cleanups.rows_removed is
  'Number of rows so far. Committed with each batch.';
comment on column inbox.audit_cleanups.unsealed is
  'Whether these events were removed without a seal, because no key for seals had ever been set. False for all other tables.';
comment on column inbox.audit_cleanups.outcome is
  'For a run as a whole: completed (nothing that was due is left), refused (something was left, see problem), stopped (the service ended), failed. Null: it is running, or was killed.';
comment on column inbox.audit_cleanups.problem is
  'Why the run did not remove everything that was due, and what to do about it. Null: it did.';
comment on column inbox.audit_cleanups.operator is
  'Who ran it: schedule, or the value of --operator, otherwise user@host of the operating system.';
comment on column inbox.audit_cleanups.origin is
  'Where: host and process.';
comment on column inbox.audit_cleanups.reason is
  'Why, in the operator''s words.';
comment on column inbox.audit_cleanups.archive_file is
  'Name of the file with the rows, in the folder inbox.retention.archive; null: not archived.';
comment on column inbox.audit_cleanups.archive_rows is
  'Number of rows of this type in the file. The cleanup stops if it finds a different number.';
comment on column inbox.audit_cleanups.archive_sha256 is
  'SHA-256 of the file, as sha256sum prints it.';

create view inbox.audit_payloads as
select 'event' as source, event_id, null::uuid as delivery_id, received_at, processed_at as recorded_at, payload, payload_raw
  from inbox.processed_events
 union all
select 'queue', event_id, null, received_at, queued_at, payload, payload_raw
  from inbox.queued_events
 union all
select 'duplicate', event_id, delivery_id, received_at, recorded_at, payload, payload_raw
  from inbox.duplicate_deliveries
 where payload is not null;

comment on view inbox.audit_payloads is
  'The content of events, not masked: personal data, only for roles that need it. Look up by event_id, or by a range of recorded_at.';
comment on column inbox.audit_payloads.source is
  'event: a processed one; queue: one that is waiting; duplicate: a delivery whose content differs from the first.';
comment on column inbox.audit_payloads.event_id is 'The event, as in audit_events.';
comment on column inbox.audit_payloads.delivery_id is 'The delivery, as in audit_duplicates. Null for the first one.';
comment on column inbox.audit_payloads.received_at is 'When it had arrived, by the service''s clock.';
comment on column inbox.audit_payloads.recorded_at is 'When it was processed, queued or recorded, by the database''s clock.';
comment on column inbox.audit_payloads.payload is 'The decrypted event. A sanitised projection if payload_raw is not null.';
comment on column inbox.audit_payloads.payload_raw is 'The exact decrypted bytes where jsonb would not keep them, otherwise null.';
