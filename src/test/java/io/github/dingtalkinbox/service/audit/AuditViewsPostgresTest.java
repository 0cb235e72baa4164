package io.github.dingtalkinbox.service.audit;

import static io.github.dingtalkinbox.internal.identity.TestEvents.deliveredAt;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.identity.TestHandlers;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an auditor sees of what happened. */
@Postgres
class AuditViewsPostgresTest {
    private final TestDatabase database;
    private final JdbcClient jdbc;

    AuditViewsPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @BeforeEach
    void empty() {
        jdbc.sql(
                        "truncate inbox.processed_events, inbox.queued_events, inbox.accepted_events, inbox.duplicate_deliveries, inbox.approval_instances,"
                                + " inbox.approval_tasks, inbox.handling_times")
                .update();
    }

    @Test
    void anEventIsOneLineWithAllItsDeliveries() throws Exception {
        Node node = node();
        Event first = start("p1", "请假");
        node.receive(List.of(first));
        later(node, first, Duration.ofSeconds(10));
        later(node, first, Duration.ofSeconds(-2)); // arrived first, and came second at the insert
        node.receive(List.of(start("p2", "加班")));

        assertThat(rows("select event_id, app, state, deliveries, first_to_last::text, process_instance_id,"
                        + " processed_at is not null as done, queued_at from inbox.audit_events order by event_id"))
                .map(Object::toString)
                .containsExactly(
                        "{event_id=default:e-p1, app=default, state=processed, deliveries=3, first_to_last=00:00:12,"
                                + " process_instance_id=p1, done=true, queued_at=null}",
                        "{event_id=default:e-p2, app=default, state=processed, deliveries=1, first_to_last=null,"
                                + " process_instance_id=p2, done=true, queued_at=null}");
        assertThat(one("select payload::text from inbox.audit_events where event_id = 'default:e-p2'"))
                .contains("\"title\": \"***\"")
                .doesNotContain("加班", "p2");
    }

    @Test
    void anEventThatWaitsIsThereAndOneThatWasProcessedMeanwhileIsNotTwice() throws Exception {
        Node node = Node.on(database)
                .handlers(TestHandlers.everyEvent(e -> {
                    throw new IllegalStateException("not now");
                }))
                .build();
        node.receive(List.of(start("p1", "x")));
        node.receive(List.of(start("p1", "x")));
        assertThat(rows("select state, deliveries, queued_at is null as direct, processed_at from inbox.audit_events"))
                .singleElement()
                .hasToString("{state=retrying, deliveries=2, direct=false, processed_at=null}");

        jdbc.sql("""
                        insert into inbox.processed_events (event_id, natural_key, app, corp_id, event_type, transport, received_at,
                                                      payload, payload_sha256)
                        select event_id || '-other', natural_key, app, corp_id, event_type, transport, received_at, payload,
                               payload_sha256
                          from inbox.queued_events
                        """).update();
        assertThat(rows("select event_id, state from inbox.audit_events"))
                .singleElement()
                .hasToString("{event_id=default:e-p1-other, state=processed}");
        assertThat(rows("select state, is_first, lease_holder from inbox.audit_queue"))
                .hasSize(1);
    }

    @Test
    void anApprovalShowsWhatItsCallbacksDid() throws Exception {
        String start = """
                {"EventType":"bpms_instance_change","CorpId":"ding1","eventId":"e-1","processInstanceId":"p1",
                 "type":"start","title":"请假","createTime":1758412800000}""";
        String finish = """
                {"EventType":"bpms_instance_change","CorpId":"ding1","eventId":"e-2","processInstanceId":"p1",
                 "type":"finish","result":"agree","createTime":1758412800000,"finishTime":1758416400000}""";
        String task = """
                {"EventType":"bpms_task_change","CorpId":"ding1","eventId":"e-3","processInstanceId":"p1","taskId":7,
                 "type":"start","staffId":"0102","createTime":1758412800000}""";
        try (Service service = Service.start(database)) {
            for (String json : List.of(start, finish, finish, task)) {
                service.client().deliver(json);
            }
        }
        assertThat(rows("select effect, deliveries, first_to_last > interval '0' as apart, is_current, state"
                        + " from inbox.audit_approvals where process_instance_id = 'p1' order by effect"))
                .map(Object::toString)
                .containsExactly(
                        "{effect=finished agree, deliveries=2, apart=true, is_current=true, state=finished}",
                        "{effect=running, deliveries=1, apart=null, is_current=false, state=finished}");
        assertThat(
                        rows(
                                "select effect, deliveries, is_current from inbox.audit_tasks where process_instance_id = 'p1'"))
                .singleElement()
                .hasToString("{effect=running, deliveries=1, is_current=true}");
    }

    @Test
    void aConflictNamesTheKeysThatDiffer() throws Exception {
        Node node = node();
        node.receive(List.of(start("p1", "请假")));
        node.receive(List.of(start("p1", "加班")));
        assertThat(rows("select app, matched_by, changed_keys::text, first_payload::text as first, payload::text"
                        + " from inbox.audit_conflicts"))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row).containsEntry("app", "default").containsEntry("changed_keys", "{title}");
                    assertThat(row.get("first")).isEqualTo(row.get("payload"));
                });
        assertThat(one("select same_payload::text from inbox.audit_duplicates")).isEqualTo("false");
    }

    @Test
    void aDayIsCounted() throws Exception {
        Node node = node();
        Event event = start("p1", "x");
        node.receive(List.of(event));
        later(node, event, Duration.ofSeconds(1));
        later(node, event, Duration.ofSeconds(2));
        node.receive(List.of(start("p2", "x")));
        later(node, start("p3", "x"), Duration.ofDays(1));
        // As if the database had had the times of the service.
        jdbc.sql("update inbox.processed_events set processed_at = received_at").update();
        jdbc.sql("update inbox.duplicate_deliveries set recorded_at = received_at")
                .update();
        jdbc.sql(
                        "insert into inbox.handling_times select 'default:e', 'default', 'ding1', 'bpms_instance_change', min(received_at),"
                                + " n * interval '1 ms' from inbox.processed_events, generate_series(1, 101) n group by n")
                .update();
        assertThat(rows("select day::text, app, events, duplicates, duplicate_share::text, handling_p50::text,"
                        + " handling_p95::text, dead from inbox.audit_daily order by day"))
                .map(Object::toString)
                // 2026-09-21 00:00 UTC, in a session of Los Angeles
                .containsExactly(
                        "{day=2026-09-20, app=default, events=2, duplicates=2, duplicate_share=0.5000,"
                                + " handling_p50=00:00:00.051, handling_p95=00:00:00.096, dead=0}",
                        "{day=2026-09-21, app=default, events=1, duplicates=0, duplicate_share=0.0000,"
                                + " handling_p50=null, handling_p95=null, dead=0}");
        assertThat(rows("select duplicates, largest_gap::text from inbox.audit_gaps"))
                .singleElement()
                .hasToString("{duplicates=2, largest_gap=00:00:02}");
    }

    /** What the clock of a service or of DingTalk said is kept as it came, and decides nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"2999-01-01T00:00:00Z", "1970-01-01T00:00:00Z"})
    void aWrongClockDecidesNothing(Instant wrong) throws Exception {
        Event event = deliveredAt(start("p1", "x"), wrong);
        assertThat(node().receive(List.of(event))).hasOnlyElementsOfType(Outcome.Processed.class);
        assertThat(node().receive(List.of(deliveredAt(event, Instant.now()))))
                .hasOnlyElementsOfType(Outcome.Duplicate.class);
        Node queueing = Node.on(database).queueing().build();
        assertThat(queueing.receive(List.of(deliveredAt(start("p2", "x"), wrong))))
                .hasOnlyElementsOfType(Outcome.Queued.class);

        assertThat(jdbc.sql("select distinct received_at from inbox.audit_events")
                        .query((row, n) -> SqlTimes.instant(row, "received_at"))
                        .list())
                .containsExactly(wrong);
        assertThat(rows("select sum(events) as events, sum(duplicates) as duplicates,"
                        + " min(day) >= current_date - 1 and max(day) <= current_date as now from inbox.audit_daily"))
                .singleElement()
                .hasToString("{events=2, duplicates=1, now=true}");
        String lately = " where recorded_at between now() - interval '1 minute' and now()";
        assertThat(rows("select state from inbox.audit_events" + lately)).hasSize(2);
        assertThat(rows("select event_id from inbox.audit_duplicates" + lately)).hasSize(1);
        assertThat(rows("select source from inbox.audit_payloads" + lately)).hasSize(2);
        assertThat(new Audit(database.dataSource())
                        .report(
                                "wrong_clocks",
                                Instant.now().minusSeconds(60),
                                Instant.now().plusSeconds(60),
                                ZoneOffset.UTC)
                        .rows())
                .singleElement()
                .satisfies(row -> assertThat(row).startsWith("event received", "default", "bpms_instance_change", 2L));
    }

    /** As they are when the queue has filled in no time: one key, as far as PostgreSQL knows. */
    @Test
    void whatComesFirstIsLookedUpWhateverTheStatisticsSay() {
        jdbc.sql("""
                        insert into inbox.queued_events (event_id, ordering_key, app, corp_id, event_type, state, attempts,
                                                   next_attempt_at, late_copy, transport, received_at, payload,
                                                   payload_sha256)
                        select 'default:' || n, 'one', 'default', 'ding1', 'check_in', 'pending', 0, now(), false, 'http',
                               now() + n * interval '1 ms', '{}', sha256('')
                          from generate_series(1, 2000) n
                        """).update();
        jdbc.sql("analyze inbox.queued_events").update();
        assertThat(jdbc.sql("explain select event_id from inbox.audit_queue where is_first")
                        .query(String.class)
                        .list())
                .anyMatch(line -> line.contains("queued_events_order_idx"))
                .noneMatch(line -> line.contains("Seq Scan on inbox.queued_events first"));
        assertThat(one("select event_id from inbox.audit_queue where is_first")).isEqualTo("default:1");
    }

    @Test
    void anApprovalHasTheEventsOfAllTypes() throws Exception {
        Node node = node();
        for (String approval : List.of("p1", "p10", "a:b%c@d")) {
            node.receive(List.of(start(approval, "x")));
            node.receive(List.of(event("""
                    {"EventType":"bpms_task_change","CorpId":"ding2","eventId":"comment-%1$s","processInstanceId":"%1$s",
                     "type":"comment","staffId":"u1","createTime":1,"content":"同意"}""".formatted(approval))));
            node.receive(List.of(event("""
                    {"EventType":"attendance_approve_status_change","CorpId":"","processInstanceId":"%1$s",
                     "approveType":"1","status":"2"}""".formatted(approval))));
        }
        jdbc.sql("""
                        insert into inbox.queued_events (event_id, ordering_key, app, corp_id, event_type, state, attempts,
                                                   next_attempt_at, late_copy, transport, received_at, payload,
                                                   payload_sha256)
                        values ('default:waits', 'w', 'default', 'ding1', 'check_in', 'pending', 0, now(), false, 'http', now(),
                                '{"processInstanceId": "p1"}', sha256(''))
                        """).update();

        assertThat(eventsOfApproval("p1"))
                .containsExactlyInAnyOrder(
                        "default:e-p1",
                        "default:comment-p1",
                        "default::attendance_approve_status_change:p1:1:2",
                        "default:waits");
        assertThat(eventsOfApproval("a:b%c@d")).hasSize(3);
        assertThat(eventsOfApproval("p")).isEmpty();
    }

    private List<String> eventsOfApproval(String approval) {
        return jdbc.sql(
                        "select event_id from inbox.audit_events where event_id = any (inbox.audit_events_of_approval(:approval))")
                .param("approval", approval)
                .query(String.class)
                .list();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\": 1, \"b\": [true, null, \"x\", {}]} | {\"a\": \"***\", \"b\": [\"***\", \"***\", \"***\", {}]}",
                "{\"a\\\": \\\"b\": \"c\\\": 1, \\\\\"} | {\"a\\\": \\\"b\": \"***\"}",
                "{\"[1, true]\": -1.5e-7, \"\": \"\"} | {\"\": \"***\", \"[1, true]\": \"***\"}",
                "{\"键\": \"值：\\u0001\"} | {\"键\": \"***\"}",
                "\"x\" | \"***\"",
                "[] | []"
            })
    void aMaskLeavesTheKeysOnly(String payload, String masked) {
        assertThat(jdbc.sql("select inbox.masked_payload(cast(:payload as jsonb))::text")
                        .param("payload", payload)
                        .query(String.class)
                        .single())
                .isEqualTo(masked);
    }

    @Test
    void aMaskMindsNoDepth() {
        assertThat(jdbc.sql(
                                "select inbox.masked_payload((repeat('[', 3000) || '\"secret\"' || repeat(']', 3000))::jsonb)::text")
                        .query(String.class)
                        .single())
                .startsWith("[[[")
                .contains("[\"***\"]")
                .doesNotContain("secret");
    }

    private static void later(Node node, Event event, Duration by) throws Exception {
        node.receive(List.of(deliveredAt(event, event.delivery().receivedAt().plus(by))));
    }

    private Node node() {
        return Node.on(database).build();
    }

    private static Event start(String approval, String title) {
        return event("""
                {"EventType":"bpms_instance_change","CorpId":"ding1","eventId":"e-%1$s","processInstanceId":"%1$s",
                 "type":"start","title":"%2$s","createTime":1758412800000}""".formatted(approval, title));
    }

    private List<Map<String, Object>> rows(String sql) {
        return jdbc.sql(sql).query().listOfRows();
    }

    private String one(String sql) {
        return jdbc.sql(sql).query(String.class).single();
    }
}
