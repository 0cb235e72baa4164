package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.internal.sql.SqlArrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code approval_tasks} table. */
record ApprovalTasks(JdbcClient jdbc) {
    /** By the same rules as {@link ApprovalInstances}. */
    private static final String MERGE = """
            insert into inbox.approval_tasks as old (
              corp_id, process_instance_id, task_key, task_id, assignee_id, created_at, start_event_id,
              ending, result, remark, finished_at, end_event_id)
            select *
              from unnest(:corp_id::text[], :process_instance_id::text[], :task_key::text[], :task_id::text[],
                          :assignee_id::text[], :created_at::text[]::timestamptz[], :start_event_id::text[],
                          :ending::text[], :result::text[], :remark::text[], :finished_at::text[]::timestamptz[],
                          :end_event_id::text[])
                as change (corp_id, process_instance_id, task_key)
             order by corp_id, process_instance_id, task_key
            on conflict on constraint approval_tasks_pkey do update set
              task_id = least(old.task_id collate "C", excluded.task_id),
              assignee_id = least(old.assignee_id collate "C", excluded.assignee_id),
              created_at = least(old.created_at, excluded.created_at),
              start_event_id = greatest(old.start_event_id collate "C", excluded.start_event_id),
              %s
            """.formatted(Latest.assignments(
            "finished_at", "end_event_id", "ending", "result", "remark", "finished_at", "end_event_id"));

    void merge(Collection<TaskChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<TaskChange> rows = List.copyOf(changes);
        List<@Nullable Latest<TaskChange.TaskEnd>> end = SqlArrays.parts(rows, TaskChange::end);
        jdbc.sql(MERGE)
                .param("corp_id", SqlArrays.texts(rows, TaskChange::corpId))
                .param("process_instance_id", SqlArrays.texts(rows, TaskChange::processInstanceId))
                .param("task_key", SqlArrays.texts(rows, TaskChange::taskKey))
                .param("task_id", SqlArrays.texts(rows, TaskChange::taskId))
                .param("assignee_id", SqlArrays.texts(rows, TaskChange::assigneeId))
                .param("created_at", SqlArrays.times(rows, TaskChange::createdAt))
                .param("start_event_id", SqlArrays.texts(rows, TaskChange::startEventId))
                .param("ending", SqlArrays.texts(end, e -> e.value().ending()))
                .param("result", SqlArrays.texts(end, e -> e.value().result()))
                .param("remark", SqlArrays.texts(end, e -> e.value().remark()))
                .param("finished_at", SqlArrays.times(end, Latest::at))
                .param("end_event_id", SqlArrays.texts(end, Latest::eventId))
                .update();
    }
}
