package io.github.dingtalkinbox.approval;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code approval_tasks} table. */
final class ApprovalTasks {
    /** By the same rules as {@link ApprovalInstances}. */
    private static final String MERGE = """
            insert into approval_tasks as old (
              corp_id, process_instance_id, task_key, task_id, assignee_id, created_at, start_event_id,
              ending, result, remark, finished_at, end_event_id)
            select corp_id,
                   process_instance_id,
                   task_key,
                   min(task_id collate "C"),
                   min(assignee_id collate "C"),
                   min(created_at),
                   max(event_id collate "C") filter (where type = 'start'),
                   (array_agg(case type when 'finish' then 'finished' else 'canceled' end
                      order by finished_at desc nulls last, event_id collate "C" desc)
                     filter (where type in ('finish', 'cancel')))[1],
                   (array_agg(case type when 'finish' then result end
                      order by finished_at desc nulls last, event_id collate "C" desc)
                     filter (where type in ('finish', 'cancel')))[1],
                   (array_agg(case type when 'finish' then remark end
                      order by finished_at desc nulls last, event_id collate "C" desc)
                     filter (where type in ('finish', 'cancel')))[1],
                   (array_agg(finished_at order by finished_at desc nulls last, event_id collate "C" desc)
                     filter (where type in ('finish', 'cancel')))[1],
                   (array_agg(event_id order by finished_at desc nulls last, event_id collate "C" desc)
                     filter (where type in ('finish', 'cancel')))[1]
              from unnest(:corp_id::text[], :process_instance_id::text[], :task_key::text[], :type::text[],
                          :event_id::text[], :created_at::text[]::timestamptz[], :finished_at::text[]::timestamptz[],
                          :task_id::text[], :assignee_id::text[], :result::text[], :remark::text[])
                as change (corp_id, process_instance_id, task_key, type, event_id, created_at, finished_at, task_id,
                           assignee_id, result, remark)
             group by corp_id, process_instance_id, task_key
             order by corp_id, process_instance_id, task_key
            on conflict on constraint approval_tasks_pkey do update set
              task_id = least(old.task_id collate "C", excluded.task_id),
              assignee_id = least(old.assignee_id collate "C", excluded.assignee_id),
              created_at = least(old.created_at, excluded.created_at),
              start_event_id = greatest(old.start_event_id collate "C", excluded.start_event_id),
              ending = case when old.end_event_id is null
                  or (coalesce(excluded.finished_at, '-infinity'), excluded.end_event_id collate "C")
                   > (coalesce(old.finished_at, '-infinity'), old.end_event_id collate "C")
                then excluded.ending else old.ending end,
              result = case when old.end_event_id is null
                  or (coalesce(excluded.finished_at, '-infinity'), excluded.end_event_id collate "C")
                   > (coalesce(old.finished_at, '-infinity'), old.end_event_id collate "C")
                then excluded.result else old.result end,
              remark = case when old.end_event_id is null
                  or (coalesce(excluded.finished_at, '-infinity'), excluded.end_event_id collate "C")
                   > (coalesce(old.finished_at, '-infinity'), old.end_event_id collate "C")
                then excluded.remark else old.remark end,
              finished_at = case when old.end_event_id is null
                  or (coalesce(excluded.finished_at, '-infinity'), excluded.end_event_id collate "C")
                   > (coalesce(old.finished_at, '-infinity'), old.end_event_id collate "C")
                then excluded.finished_at else old.finished_at end,
              end_event_id = case when old.end_event_id is null
                  or (coalesce(excluded.finished_at, '-infinity'), excluded.end_event_id collate "C")
                   > (coalesce(old.finished_at, '-infinity'), old.end_event_id collate "C")
                then excluded.end_event_id else old.end_event_id end
            """;

    private final JdbcClient jdbc;

    ApprovalTasks(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Merges what the events say into the table; they may be of the same task, in any order. */
    void merge(List<TaskChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        Columns<TaskChange> columns = new Columns<>(changes);
        jdbc.sql(MERGE)
                .param("corp_id", columns.texts(TaskChange::corpId))
                .param("process_instance_id", columns.texts(TaskChange::processInstanceId))
                .param("task_key", columns.texts(TaskChange::taskKey))
                .param("type", columns.texts(TaskChange::type))
                .param("event_id", columns.texts(TaskChange::eventId))
                .param("created_at", columns.times(TaskChange::createdAt))
                .param("finished_at", columns.times(TaskChange::finishedAt))
                .param("task_id", columns.texts(c -> c.fields().text("taskId")))
                .param("assignee_id", columns.texts(c -> c.fields().text("staffId")))
                .param("result", columns.texts(c -> c.fields().text("result")))
                .param("remark", columns.texts(c -> c.fields().text("remark")))
                .update();
    }
}
