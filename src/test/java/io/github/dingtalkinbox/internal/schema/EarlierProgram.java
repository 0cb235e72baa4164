package io.github.dingtalkinbox.internal.schema;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the program of an earlier version does with events, in the columns that the tables had when they were made: an
 * event and what it means for its approval, in one transaction, and duplicates.
 */
final class EarlierProgram {
    private static final String PROCESSED = """
            insert into inbox.processed_events
                   (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at, payload,
                    payload_sha256)
            values (:id, :natural_key, 'default', :corp_id, :type, 'http', now(), :received_at, :payload::jsonb, :sha256)
                on conflict do nothing
            """;

    private static final String APPROVAL = """
            insert into inbox.approval_instances as old (corp_id, process_instance_id, ending, end_event_id)
            values (:corp_id, :instance, 'finished', :id)
                on conflict on constraint approval_instances_pkey do update set end_event_id = excluded.end_event_id
            """;

    private static final String DUPLICATE = """
            insert into inbox.duplicate_deliveries
                   (event_id, corp_id, event_type, matched_by, same_payload, since_first, received_at, transport)
            values (:id, :corp_id, :type, 'event_id', true, '1 s', now(), 'http')
            """;

    private static final String QUEUED = """
            insert into inbox.queued_events
                   (event_id, ordering_key, app, corp_id, event_type, state, attempts, next_attempt_at, late_copy,
                    received_at, transport, payload, payload_sha256)
            values (:id, :id, 'default', :corp_id, :type, 'retrying', 1, now(), false, :received_at, 'http',
                    :payload::jsonb, :sha256)
            """;

    /** One row of each of the other tables. */
    private static final List<String> OTHERS = List.of(
            "insert into inbox.approval_tasks (corp_id, process_instance_id, task_key, start_event_id)"
                    + " select corp_id, 'earlier', 'task:1', event_id from inbox.processed_events limit 1",
            "insert into inbox.accepted_events (event_id, corp_id, event_type) select event_id, corp_id, event_type from inbox.queued_events",
            "insert into inbox.operator_actions (event_id, corp_id, event_type, action, state_before, attempts_before, operator,"
                    + " origin, reason) select event_id, corp_id, event_type, 'replay', 'dead', 12, 'somebody', 'test', 'mended'"
                    + " from inbox.queued_events",
            "insert into inbox.failed_callback_pages (app, page_id, received_at, body) values ('default', gen_random_uuid(), now(), '')",
            "insert into inbox.handling_times values ('default:e', 'default', 'ding', 'check_in', now(), '3 ms')",
            "insert into inbox.event_seals (seal_number, kind, table_name, hour, event_type, row_count, key_id, content, seal)"
                    + " values (1, 'rows', 'processed_events', date_trunc('hour', now(), 'UTC') - interval '2 hours', '', 0, 'key', '', sha256('seal'))",
            "insert into inbox.cleanup_runs (run_id, table_name, event_type, day, outcome, operator, origin, reason, ended_at)"
                    + " values (gen_random_uuid(), '', '', date_trunc('day', now(), 'UTC'), 'completed', 'test', 'test', 'night', now())");

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private int events;

    EarlierProgram(TestDatabase database) {
        this.jdbc = database.jdbc();
        this.transactions = new TransactionTemplate(new JdbcTransactionManager(database.dataSource()));
    }

    Event unordered() {
        return TestEvents.unordered("earlier-event");
    }

    Event approval() {
        return TestEvents.approvalFinished("earlier", "earlier-approval");
    }

    private static Event queued() {
        return TestEvents.unordered("queued");
    }

    /** How many events it has processed. */
    int events() {
        return events;
    }

    /** A row at least in each table, and one event that waits in the queue. */
    void leaveRows() {
        process(unordered());
        process(approval());
        run(QUEUED, queued());
        OTHERS.forEach(sql -> jdbc.sql(sql).update());
    }

    /** Receives a new approval. */
    void process(int number) {
        process(TestEvents.approvalFinished("earlier-" + number, "earlier-" + number));
    }

    private void process(Event event) {
        transactions.executeWithoutResult(transaction -> {
            run(PROCESSED, event);
            if (event.payload().json().has("processInstanceId")) {
                run(APPROVAL, event);
            }
        });
        events++;
        run(DUPLICATE, event);
    }

    private void run(String sql, Event event) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("id", event.id());
        parameters.put("natural_key", event.identity().naturalKey());
        parameters.put("corp_id", event.corpId());
        parameters.put("type", event.type());
        parameters.put("received_at", Timestamp.from(event.delivery().receivedAt()));
        parameters.put("payload", event.payload().jsonb());
        parameters.put("sha256", event.payload().sha256());
        parameters.put(
                "instance", event.payload().json().path("processInstanceId").asString());
        jdbc.sql(sql).params(parameters).update();
    }
}
