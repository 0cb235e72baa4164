package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.internal.sql.SqlArrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code approval_instances} table. */
final class ApprovalInstances {
    /**
     * One row per approval, because a statement must not touch a row twice. It is merged with the stored row by the
     * same rules by which {@link InstanceChange#and} merges events. Sorted by key, so that all batches lock rows in one
     * order.
     */
    private static final String MERGE = """
            insert into inbox.approval_instances as old (
              corp_id, process_instance_id, title, title_at, title_event_id, originator_id, process_code, business_id,
              created_at, start_event_id, ending, result, finished_at, end_event_id, delete_event_id)
            select *
              from unnest(:corp_id::text[], :process_instance_id::text[], :title::text[],
                          :title_at::text[]::timestamptz[], :title_event_id::text[], :originator_id::text[],
                          :process_code::text[], :business_id::text[], :created_at::text[]::timestamptz[],
                          :start_event_id::text[], :ending::text[], :result::text[],
                          :finished_at::text[]::timestamptz[], :end_event_id::text[], :delete_event_id::text[])
                as change (corp_id, process_instance_id)
             order by corp_id, process_instance_id
            on conflict on constraint approval_instances_pkey do update set
              %s,
              originator_id = least(old.originator_id collate "C", excluded.originator_id),
              process_code = least(old.process_code collate "C", excluded.process_code),
              business_id = least(old.business_id collate "C", excluded.business_id),
              created_at = least(old.created_at, excluded.created_at),
              start_event_id = greatest(old.start_event_id collate "C", excluded.start_event_id),
              %s,
              delete_event_id = greatest(old.delete_event_id collate "C", excluded.delete_event_id)
            """.formatted(
            Latest.assignments("title_at", "title_event_id", "title", "title_at", "title_event_id"),
            Latest.assignments("finished_at", "end_event_id", "ending", "result", "finished_at", "end_event_id"));

    private final JdbcClient jdbc;

    ApprovalInstances(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Merges what the events say into the table. */
    void merge(Collection<InstanceChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        List<InstanceChange> rows = List.copyOf(changes);
        List<@Nullable Latest<String>> title = SqlArrays.parts(rows, InstanceChange::title);
        List<@Nullable Latest<InstanceChange.InstanceEnd>> end = SqlArrays.parts(rows, InstanceChange::end);
        jdbc.sql(MERGE)
                .param("corp_id", SqlArrays.texts(rows, InstanceChange::corpId))
                .param("process_instance_id", SqlArrays.texts(rows, InstanceChange::processInstanceId))
                .param("title", SqlArrays.texts(title, Latest::value))
                .param("title_at", SqlArrays.times(title, Latest::at))
                .param("title_event_id", SqlArrays.texts(title, Latest::eventId))
                .param("originator_id", SqlArrays.texts(rows, InstanceChange::originatorId))
                .param("process_code", SqlArrays.texts(rows, InstanceChange::processCode))
                .param("business_id", SqlArrays.texts(rows, InstanceChange::businessId))
                .param("created_at", SqlArrays.times(rows, InstanceChange::createdAt))
                .param("start_event_id", SqlArrays.texts(rows, InstanceChange::startEventId))
                .param("ending", SqlArrays.texts(end, e -> e.value().ending()))
                .param("result", SqlArrays.texts(end, e -> e.value().result()))
                .param("finished_at", SqlArrays.times(end, Latest::at))
                .param("end_event_id", SqlArrays.texts(end, Latest::eventId))
                .param("delete_event_id", SqlArrays.texts(rows, InstanceChange::deleteEventId))
                .update();
    }
}
