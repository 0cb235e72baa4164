-- The built-in business update: the state of every approval, and of every task in it.
--
-- Operators: creates two empty tables; takes no lock on any other table. They may be read, joined and indexed at will;
-- only the service writes them.
set local lock_timeout = '2s';

-- One row per approval. Every column is a maximum or minimum over the events seen so far, so their order of arrival makes no
-- difference: a late start never undoes a finish. The state is computed from the events, so it cannot disagree with them. The
-- approval comes first in the keys, because queries for one do not know its organisation, and a second index would cost a quarter
-- of the time to write an approval.
create table inbox.approval_instances (
  corp_id              text        not null,              -- '' if the events name no organisation
  process_instance_id  text        not null,
  state                text        not null generated always as (
                         case when delete_event_id is not null then 'deleted' else coalesce(ending, 'running') end) stored,
  result               text,                              -- null: not finished, or the event does not say
  title                text,
  originator_id        text,
  process_code         text,
  business_id          text,
  created_at           timestamptz,                       -- null, here and below: no event says it
  finished_at          timestamptz,
  ending               text,                              -- null: not finished and not terminated
  state_event_id       text                 generated always as (
                         coalesce(delete_event_id, end_event_id, start_event_id)) stored,
  start_event_id       text,
  end_event_id         text,
  delete_event_id      text,
  title_event_id       text,
  title_at             timestamptz,

  constraint approval_instances_pkey primary key (process_instance_id, corp_id),
  constraint approval_instances_key_length check (char_length(corp_id) <= 200 and char_length(process_instance_id) between 1 and 200),
  constraint approval_instances_ending_known check (ending in ('finished', 'terminated')),
  constraint approval_instances_ending_has_event check ((ending is null) = (end_event_id is null)),
  constraint approval_instances_title_has_event check ((title is null) = (title_event_id is null))
);

comment on table inbox.approval_instances is
  'Approvals (bpms_instance_change), one row each, right in any order of arrival. Written with the event, in its transaction.';
comment on column inbox.approval_instances.corp_id is 'DingTalk organisation (corpId); longer than 200 characters: a prefix and its SHA-256.';
comment on column inbox.approval_instances.process_instance_id is
  'DingTalk''s processInstanceId; longer than 200 characters: a prefix and its SHA-256.';
comment on column inbox.approval_instances.state is
  'running, finished, terminated (withdrawn by the originator) or deleted. Deleted beats the others, an end beats running; of a finish and a terminate, the later one counts.';
comment on column inbox.approval_instances.result is
  'The decision, in DingTalk''s words: agree or refuse. Kept when the approval is deleted afterwards.';
comment on column inbox.approval_instances.title is 'Title in the latest event that has one.';
comment on column inbox.approval_instances.originator_id is 'User (staffId) who requested the approval. If events differ, the smallest.';
comment on column inbox.approval_instances.process_code is 'DingTalk''s processCode: the form. If events differ, the smallest.';
comment on column inbox.approval_instances.business_id is 'DingTalk''s businessId: the number that people see. If events differ, the smallest.';
comment on column inbox.approval_instances.created_at is 'When it was started (createTime). If events differ, the earliest.';
comment on column inbox.approval_instances.finished_at is
  'When it was finished or terminated: finishTime of that event, otherwise the event''s own time.';
comment on column inbox.approval_instances.ending is 'How it ended, whether or not it was deleted afterwards: finished or terminated.';
comment on column inbox.approval_instances.state_event_id is
  'Event that led to the state: processed_events.event_id, as in the other columns with such a name.';
comment on column inbox.approval_instances.start_event_id is 'The start event. Null if it has not arrived.';
comment on column inbox.approval_instances.end_event_id is 'The finish or terminate event, which has result and finished_at.';
comment on column inbox.approval_instances.delete_event_id is 'The delete event.';
comment on column inbox.approval_instances.title_event_id is 'The event with the title.';
comment on column inbox.approval_instances.title_at is 'Time of that event, which decides which one is the latest.';

-- One row per task: one approver's turn in an approval. The same person may get several.
create table inbox.approval_tasks (
  corp_id              text        not null,              -- '' if the events name no organisation
  process_instance_id  text        not null,
  task_key             text        not null,
  state                text        not null generated always as (coalesce(ending, 'running')) stored,
  result               text,                              -- null: not finished, or the event does not say
  task_id              text,                              -- null: legacy events have none
  assignee_id          text,
  remark               text,
  created_at           timestamptz,                       -- null, here and below: no event says it
  finished_at          timestamptz,
  ending               text,                              -- null: not finished and not canceled
  state_event_id       text                 generated always as (coalesce(end_event_id, start_event_id)) stored,
  start_event_id       text,
  end_event_id         text,

  constraint approval_tasks_pkey primary key (process_instance_id, corp_id, task_key),
  constraint approval_tasks_key_length check (
    char_length(corp_id) <= 200 and char_length(process_instance_id) between 1 and 200 and char_length(task_key) between 1 and 200),
  constraint approval_tasks_ending_known check (ending in ('finished', 'canceled')),
  constraint approval_tasks_ending_has_event check ((ending is null) = (end_event_id is null))
);

comment on table inbox.approval_tasks is
  'Tasks of approvals (bpms_task_change), one row each, right in any order of arrival. Comments are not tasks. The approval''s own row may come later or never: there is no foreign key.';
comment on column inbox.approval_tasks.corp_id is 'As in approval_instances.';
comment on column inbox.approval_tasks.process_instance_id is 'As in approval_instances.';
comment on column inbox.approval_tasks.task_key is
  'task:<taskId>, or for legacy events without one staff:<staffId>@<createTime>; longer than 200 characters: a prefix and its SHA-256.';
comment on column inbox.approval_tasks.state is
  'running, finished or canceled (another approver decided). An end beats running; of two ends the later one counts.';
comment on column inbox.approval_tasks.result is 'What the approver did, in DingTalk''s words: agree, refuse, redirect (handed on) or audit (handled).';
comment on column inbox.approval_tasks.task_id is 'DingTalk''s taskId.';
comment on column inbox.approval_tasks.assignee_id is 'User (staffId) whose turn it was. If events differ, the smallest.';
comment on column inbox.approval_tasks.remark is 'What the approver wrote when finishing the task.';
comment on column inbox.approval_tasks.created_at is 'When the turn began (createTime). If events differ, the earliest.';
comment on column inbox.approval_tasks.finished_at is
  'When it was finished or canceled: finishTime of that event, otherwise the event''s own time.';
comment on column inbox.approval_tasks.ending is 'How it ended: finished or canceled.';
comment on column inbox.approval_tasks.state_event_id is
  'Event that led to the state: processed_events.event_id, as in the other columns with such a name.';
comment on column inbox.approval_tasks.start_event_id is 'The start event. Null if it has not arrived.';
comment on column inbox.approval_tasks.end_event_id is 'The finish or cancel event, which has result, remark and finished_at.';
