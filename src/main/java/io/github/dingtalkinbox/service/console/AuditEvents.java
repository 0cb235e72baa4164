package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code audit_events} view.
 */
final class AuditEvents {
    private static final int MOST_UNPROCESSED = 200;

    private static final String COLUMNS = """
            select e.event_id, e.app, e.corp_id, e.event_type, e.state, e.transport, e.occurred_at, e.received_at,
                   e.processed_at, e.recorded_at,
                   1 + (select count(*) from inbox.audit_duplicates d where d.event_id = e.event_id) as deliveries
            """;

    // Walks along the index by time and no further than so many rows, because nothing finds the rows of an organisation
    // or of a type, and an index that did would cost every callback.
    private static final String WALK = """
              from inbox.audit_events
             where recorded_at >= coalesce(cast(:from as timestamptz), '-infinity')
               and (recorded_at, event_id) < (coalesce(cast(:before_time as timestamptz), 'infinity'), :before_id)
               and state = any (:states)
             order by recorded_at desc, event_id desc
            """;

    private static final String SCAN = """
            select event_id, app, corp_id, event_type, state, transport, occurred_at, received_at, processed_at,
                   recorded_at
            """ + WALK;

    private static final String LIST = COLUMNS + """
              from (select *
                      from (
            """ + SCAN + """
                     limit :scanned) s
                     where (cast(:app as text) is null or app = :app)
                       and (cast(:corp as text) is null or corp_id = :corp)
                       and (cast(:type as text) is null or event_type = :type)
                     order by recorded_at desc, event_id desc
                     limit :limit) e
             order by e.recorded_at desc, e.event_id desc
            """;

    // Only what the index has: otherwise it would read all of these rows a second time.
    private static final String LAST_SCANNED = """
            select recorded_at, event_id
            """ + WALK + """
             offset :scanned - 1
             limit 1
            """;

    // Offset 0 has the ids looked up first. Without it, the plan for unknown times would use the index on the time
    // too, and read all of it.
    private static final String BY_ID = COLUMNS + """
              from (select event_id, app, corp_id, event_type, state, transport, occurred_at, received_at, processed_at,
                           recorded_at
                      from inbox.audit_events
                     where event_id = any (:ids) or natural_key = any (:ids)
                    offset 0) e
             where (cast(:app as text) is null or e.app = :app)
               and (cast(:corp as text) is null or e.corp_id = :corp)
               and (cast(:type as text) is null or e.event_type = :type)
               and e.recorded_at >= coalesce(cast(:from as timestamptz), '-infinity')
               and e.recorded_at < coalesce(cast(:to as timestamptz), 'infinity')
               and e.state = any (:states)
             order by e.recorded_at desc, e.event_id desc
             limit :limit
            """;

    // The events that made an approval what it is have other natural keys where one is configured.
    private static final String OF_APPROVAL = """
            select unnest(inbox.audit_events_of_approval(:approval)) as event_id
             union
            select event_id from inbox.audit_approvals where process_instance_id = :approval
             union
            select event_id from inbox.audit_tasks where process_instance_id = :approval
            """;

    private static final String UNPROCESSED = """
            select process_instance_id, event_id, event_type, state
              from inbox.audit_events
             where process_instance_id = any (:approvals) and state <> 'processed'
             order by recorded_at, event_id
             limit :limit
            """;

    private static final String FIND = """
            select natural_key, queued_at, process_instance_id, jsonb_pretty(payload) as payload
              from inbox.audit_events
             where event_id = :event_id
             limit 1
            """;

    private static final String COUNTS = """
            select date_bin(cast(:bucket as interval), recorded_at, :from) as bucket, count(*) as number
              from inbox.audit_events
             where recorded_at >= :from
             group by 1
            """;

    private static final String APPS = """
            select distinct app from (select app from inbox.audit_events order by recorded_at desc limit 1000) e
            """;

    private final JdbcClient jdbc;

    AuditEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A page of matching events, the newest first. */
    Chunk<EventRow> list(Filter filter, @Nullable Position after, int limit) {
        List<EventRow> rows = scan(LIST, filter, after)
                .param("app", filter.app(), Types.VARCHAR)
                .param("corp", filter.corp(), Types.VARCHAR)
                .param("type", filter.type(), Types.VARCHAR)
                .param("limit", limit)
                .query((row, n) -> event(row))
                .list();
        return Chunk.of(
                rows, limit, EventRow::position, () -> filter.isSelective() ? lastScanned(filter, after) : null);
    }

    private @Nullable Position lastScanned(Filter filter, @Nullable Position after) {
        return scan(LAST_SCANNED, filter, after)
                .query((row, n) -> new Position(SqlTimes.instant(row, "recorded_at"), row.getString("event_id")))
                .optional()
                .orElse(null);
    }

    private JdbcClient.StatementSpec scan(String sql, Filter filter, @Nullable Position after) {
        return Scan.back(jdbc, sql, filter, after, "").param("states", states(filter));
    }

    /** The events with these ids or natural keys that match the rest of the filter. */
    List<EventRow> find(List<String> ids, Filter filter, int limit) {
        return jdbc.sql(BY_ID)
                .param("ids", ids.toArray(String[]::new))
                .param("app", filter.app(), Types.VARCHAR)
                .param("corp", filter.corp(), Types.VARCHAR)
                .param("type", filter.type(), Types.VARCHAR)
                .param("from", SqlTimes.parameterOrNull(filter.from()))
                .param("to", SqlTimes.parameterOrNull(filter.to()))
                .param("states", states(filter))
                .param("limit", limit)
                .query((row, n) -> event(row))
                .list();
    }

    /** The ids of the known events of an approval. */
    List<String> ofApproval(String processInstanceId) {
        return jdbc.sql(OF_APPROVAL)
                .param("approval", processInstanceId)
                .query(String.class)
                .list();
    }

    /** The events of these approvals that are not processed, the oldest first. */
    List<UnprocessedEvent> unprocessed(List<String> approvals) {
        return jdbc.sql(UNPROCESSED)
                .param("approvals", approvals.toArray(String[]::new))
                .param("limit", MOST_UNPROCESSED)
                .query((row, n) -> new UnprocessedEvent(
                        row.getString("process_instance_id"),
                        row.getString("event_id"),
                        row.getString("event_type"),
                        row.getString("state")))
                .list();
    }

    /** More about one event. */
    Optional<Details> details(String eventId) {
        return jdbc.sql(FIND)
                .param("event_id", eventId)
                .query((row, n) -> new Details(
                        row.getString("natural_key"),
                        SqlTimes.instantOrNull(row, "queued_at"),
                        row.getString("process_instance_id"),
                        row.getString("payload")))
                .optional();
    }

    /** How many were recorded, by the start of their time span. */
    Map<Instant, Long> counts(Instant from, Duration span) {
        return Scan.counts(jdbc, COUNTS, from, span);
    }

    /** The apps of the latest events. */
    List<String> apps() {
        return jdbc.sql(APPS).query(String.class).list();
    }

    private static String[] states(Filter filter) {
        String state = filter.state();
        return state == null ? Filter.STATES.toArray(String[]::new) : new String[] {state};
    }

    private static EventRow event(ResultSet row) throws SQLException {
        return new EventRow(
                row.getString("event_id"),
                row.getString("app"),
                row.getString("corp_id"),
                row.getString("event_type"),
                row.getString("state"),
                row.getString("transport"),
                SqlTimes.instantOrNull(row, "occurred_at"),
                SqlTimes.instant(row, "received_at"),
                SqlTimes.instantOrNull(row, "processed_at"),
                SqlTimes.instant(row, "recorded_at"),
                row.getLong("deliveries"));
    }

    /** @param masked its payload with all values masked */
    record Details(
            @Nullable String naturalKey,
            @Nullable Instant queuedAt,
            @Nullable String processInstanceId,
            String masked) {}
}
