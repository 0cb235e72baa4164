package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The views {@code audit_approvals} and {@code audit_tasks}, which have the same columns. */
final class AuditApprovals {
    private static final int MOST = 500;
    /** The number of latest events whose payloads are searched. */
    private static final int SCANNED = 2000;

    private static final String EVENTS = """
            select *
              from (select corp_id, process_instance_id, null as task, null as who, state, result, event_id, effect,
                           is_current, happened_at, processed_at, deliveries
                      from inbox.audit_approvals
                     where process_instance_id = :id
                     union all
                    select corp_id, process_instance_id, task_key, assignee_id, state, result, event_id, effect,
                           is_current, happened_at, processed_at, deliveries
                      from inbox.audit_tasks
                     where process_instance_id = :id) e
             order by corp_id, task nulls first, happened_at nulls last, event_id
             limit :limit
            """;

    private static final String LATEST = """
            select a.corp_id, a.process_instance_id, null as task, null as who, a.state, a.result, a.event_id, a.effect,
                   a.is_current, a.happened_at, a.processed_at, a.deliveries
              from (select process_instance_id, corp_id, max(recorded_at) as recorded_at
                      from (select process_instance_id, corp_id, recorded_at
                              from (select event_type, process_instance_id, corp_id, recorded_at
                                      from inbox.audit_events
                                     where state = 'processed'
                                     order by recorded_at desc, event_id desc
                                     limit :scanned) e
                             where event_type = 'bpms_instance_change'
                             limit :limit) e
                     group by process_instance_id, corp_id) e
             cross join lateral (
                   select *
                     from inbox.audit_approvals
                    where process_instance_id = e.process_instance_id and corp_id = e.corp_id
                    order by is_current desc
                    limit 1) a
             order by e.recorded_at desc
            """;

    private final JdbcClient jdbc;

    AuditApprovals(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The events that led to the state of an approval and of its tasks. */
    List<ApprovalRow> find(String processInstanceId) {
        return jdbc.sql(EVENTS)
                .param("id", processInstanceId)
                .param("limit", MOST)
                .query((row, n) -> approval(row))
                .list();
    }

    /** The approvals of the latest events, each with the event that led to its state. */
    List<ApprovalRow> latest(int limit) {
        return jdbc.sql(LATEST)
                .param("limit", limit)
                .param("scanned", SCANNED)
                .query((row, n) -> approval(row))
                .list();
    }

    private static ApprovalRow approval(ResultSet row) throws SQLException {
        return new ApprovalRow(
                row.getString("corp_id"),
                row.getString("process_instance_id"),
                row.getString("task"),
                row.getString("who"),
                row.getString("state"),
                row.getString("result"),
                row.getString("event_id"),
                row.getString("effect"),
                row.getBoolean("is_current"),
                SqlTimes.instantOrNull(row, "happened_at"),
                SqlTimes.instantOrNull(row, "processed_at"),
                row.getLong("deliveries"));
    }
}
