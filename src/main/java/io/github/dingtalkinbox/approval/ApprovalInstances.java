package io.github.dingtalkinbox.approval;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The {@code approval_instances} table. */
final class ApprovalInstances {
    /**
     * The events are aggregated per approval before the insert, because one statement may not touch a row twice, by the
     * same rule by which the row is then merged with the one that is there. Every rule is a maximum or minimum in a total
     * order (times that are not known come first; ties go to the event id, byte by byte), so that neither the order of
     * arrival nor the way the events are batched can be seen. Sorted by key: two batches lock their rows in one order.
     */
    private static final String MERGE = """
            insert into approval_instances as old (
              corp_id, process_instance_id, title, title_at, title_event_id, originator_id, process_code, business_id,
              created_at, start_event_id, ending, result, finished_at, end_event_id, delete_event_id)
            select corp_id,
                   process_instance_id,
                   (array_agg(title order by at desc nulls last, event_id collate "C" desc)
                     filter (where title is not null))[1],
                   (array_agg(at order by at desc nulls last, event_id collate "C" desc)
                     filter (where title is not null))[1],
                   (array_agg(event_id order by at desc nulls last, event_id collate "C" desc)
                     filter (where title is not null))[1],
                   min(originator_id collate "C"),
                   min(process_code collate "C"),
                   min(business_id collate "C"),
                   min(created_at),
                   max(event_id collate "C") filter (where type = 'start'),
                   (array_agg(case type when 'finish' then 'finished' else 'terminated' end
                      order by finished_at desc nulls last, event_id collate "C" desc)
                     filter (where type in ('finish', 'terminate')))[1],
                   (array_agg(case type when 'finish' then result end
                      order by finished_at desc nulls last, event_id collate "C" desc)
                     filter (where type in ('finish', 'terminate')))[1],
                   (array_agg(finished_at order by finished_at desc nulls last, event_id collate "C" desc)
                     filter (where type in ('finish', 'terminate')))[1],
                   (array_agg(event_id order by finished_at desc nulls last, event_id collate "C" desc)
                     filter (where type in ('finish', 'terminate')))[1],
                   max(event_id collate "C") filter (where type = 'delete')
              from unnest(:corp_id::text[], :process_instance_id::text[], :type::text[], :event_id::text[],
                          :at::text[]::timestamptz[], :created_at::text[]::timestamptz[],
                          :finished_at::text[]::timestamptz[], :result::text[], :title::text[],
                          :originator_id::text[], :process_code::text[], :business_id::text[])
                as change (corp_id, process_instance_id, type, event_id, at, created_at, finished_at, result, title,
                           originator_id, process_code, business_id)
             group by corp_id, process_instance_id
             order by corp_id, process_instance_id
            on conflict on constraint approval_instances_pkey do update set
              title = case when old.title_event_id is null
                  or (coalesce(excluded.title_at, '-infinity'), excluded.title_event_id collate "C")
                   > (coalesce(old.title_at, '-infinity'), old.title_event_id collate "C")
                then excluded.title else old.title end,
              title_at = case when old.title_event_id is null
                  or (coalesce(excluded.title_at, '-infinity'), excluded.title_event_id collate "C")
                   > (coalesce(old.title_at, '-infinity'), old.title_event_id collate "C")
                then excluded.title_at else old.title_at end,
              title_event_id = case when old.title_event_id is null
                  or (coalesce(excluded.title_at, '-infinity'), excluded.title_event_id collate "C")
                   > (coalesce(old.title_at, '-infinity'), old.title_event_id collate "C")
                then excluded.title_event_id else old.title_event_id end,
              originator_id = least(old.originator_id collate "C", excluded.originator_id),
              process_code = least(old.process_code collate "C", excluded.process_code),
              business_id = least(old.business_id collate "C", excluded.business_id),
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
              finished_at = case when old.end_event_id is null
                  or (coalesce(excluded.finished_at, '-infinity'), excluded.end_event_id collate "C")
                   > (coalesce(old.finished_at, '-infinity'), old.end_event_id collate "C")
                then excluded.finished_at else old.finished_at end,
              end_event_id = case when old.end_event_id is null
                  or (coalesce(excluded.finished_at, '-infinity'), excluded.end_event_id collate "C")
                   > (coalesce(old.finished_at, '-infinity'), old.end_event_id collate "C")
                then excluded.end_event_id else old.end_event_id end,
              delete_event_id = greatest(old.delete_event_id collate "C", excluded.delete_event_id)
            """;

    private final JdbcClient jdbc;

    ApprovalInstances(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Merges what the events say into the table; they may be of the same approval, in any order. */
    void merge(List<InstanceChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        Columns<InstanceChange> columns = new Columns<>(changes);
        jdbc.sql(MERGE)
                .param("corp_id", columns.texts(InstanceChange::corpId))
                .param("process_instance_id", columns.texts(InstanceChange::processInstanceId))
                .param("type", columns.texts(InstanceChange::type))
                .param("event_id", columns.texts(InstanceChange::eventId))
                .param("at", columns.times(InstanceChange::at))
                .param("created_at", columns.times(InstanceChange::createdAt))
                .param("finished_at", columns.times(InstanceChange::finishedAt))
                .param("result", columns.texts(c -> c.fields().text("result")))
                .param("title", columns.texts(c -> c.fields().text("title")))
                .param("originator_id", columns.texts(c -> c.fields().text("staffId")))
                .param("process_code", columns.texts(c -> c.fields().text("processCode")))
                .param("business_id", columns.texts(c -> c.fields().text("businessId")))
                .update();
    }
}
