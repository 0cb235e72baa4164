package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A log as a company has it: days of events with their twins, approvals of today, and some that wait for an operator. */
final class SampleLog {
    static final String CORP = "ding0a1b2c3d4e5f60718";
    /** Of approvals. */
    static final int APPROVALS = 6;
    /** Type of the events whose handler always fails. */
    static final String BROKEN = "check_in";

    static final int DEAD = 51;
    /** Other types of the same kind. */
    static final String BROKEN_TOO = "attend_group_change";

    static final String BROKEN_BY_STRANGERS = "attend_shift_change";
    /** Type of those whose handler fails until it is {@linkplain #mend mended}. */
    static final String MENDABLE = "label_user_change";

    private static final String APPROVAL = "kT9xWq2LRz-Sample-PI-%03d";
    private static final String[] PEOPLE = {"张三", "李四", "王五"};
    private static final String[] MATTERS = {"差旅报销", "请假申请", "采购申请", "外出申请"};
    private static final DateTimeFormatter INPUT =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm", Locale.ROOT).withZone(ZoneId.of("Asia/Shanghai"));

    private final TestDatabase database;
    private final Path handlers;

    /** @param handlers an empty folder */
    SampleLog(TestDatabase database, Path handlers) throws IOException {
        this.database = database;
        this.handlers = handlers;
        jdbc().sql("create table attendance (minutes integer)").update();
        jdbc().sql("create function label(text) returns integer language sql return cast($1 as integer)")
                .update();
        for (String type : List.of(BROKEN, BROKEN_TOO, BROKEN_BY_STRANGERS)) {
            Files.writeString(
                    handlers.resolve(type + ".sql"),
                    "insert into attendance select cast(coalesce(payload ->> 'staffId', '') as integer) from event");
        }
        Files.writeString(
                handlers.resolve(MENDABLE + ".sql"),
                "insert into attendance select label(payload ->> 'action') from event");
    }

    /** A service whose console it is to be seen in. */
    Service start(String... more) {
        List<String> properties = new ArrayList<>(Arrays.asList(Users.properties()));
        properties.addAll(List.of(
                // As it is by default: to browsers, localhost is as good as TLS.
                "server.servlet.session.cookie.secure=true",
                "inbox.console.pages.time-zone=Asia/Shanghai",
                "inbox.handlers.location=file:" + handlers.toAbsolutePath(),
                "inbox.event-types[0].name=" + MENDABLE,
                "inbox.event-types[0].ordering-key=staffId",
                "inbox.seal.key=ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=",
                "inbox.seal.interval=1s",
                "inbox.retention.events=2d",
                // Only when a test says so: at the usual hour, it would take what others look at.
                "inbox.retention.schedule=elsewhere"));
        properties.addAll(List.of(more));
        return Service.start(database, properties.toArray(String[]::new));
    }

    /**
     * Three days of events until an hour ago, about as many; more at work than at night, and one in nine with a twin. After
     * them, a page of dead letters and one more.
     */
    SampleLog history(int events) {
        jdbc().sql("""
                        insert into inbox.processed_events
                               (event_id, natural_key, app, corp_id, event_type, transport, occurred_at, received_at,
                                processed_at, payload, payload_sha256)
                        select 'default:' || md5(n::text), null, 'default', :corp, type, 'http',
                               at - interval '80 milliseconds', at, at + interval '4 milliseconds', payload,
                               sha256(convert_to(payload::text, 'UTF8'))
                          from (select n, at, type, jsonb_build_object('EventType', type, 'CorpId', cast(:corp as text),
                                                                       'n', n) as payload
                                  from (select n, now() - interval '73 hours' + interval '72 hours' * n / (2 * :events) as at,
                                               (array['bpms_task_change', 'bpms_instance_change', 'bpms_task_change',
                                                      'user_modify_org', 'attendance_approve_status_change'])[1 + n % 5] as type
                                          from generate_series(1, 2 * :events) n) t
                                 where n * 7919 % 100 < case extract(hour from at at time zone 'Asia/Shanghai')::integer / 3
                                                          when 3 then 100 when 4 then 70 when 5 then 95 when 6 then 60
                                                          else 25 end) e
                        """).param("corp", CORP).param("events", events).update();
        // Mostly at once, or when DingTalk tries again: after 10 s, and 30 s more.
        jdbc().sql("""
                        insert into inbox.duplicate_deliveries
                               (event_id, corp_id, event_type, matched_by, same_payload, since_first, received_at,
                                recorded_at, transport, source_address)
                        select event_id, corp_id, event_type, 'event_id', true, gap, received_at + gap, processed_at + gap,
                               'http', '203.0.113.7'
                          from (select *, interval '1 millisecond' * case
                                            when n % 20 < 9 then 3 * exp(3.5 * r) when n % 20 < 15 then 10000 + 900 * r
                                            when n % 20 < 18 then 40000 + 3000 * r else 200 * exp(6 * r) end as gap
                                  from (select *, n * 7919 % 1000 / 1000.0 as r
                                          from (select *, row_number() over (order by received_at) / 9 as n,
                                                       row_number() over (order by received_at) % 9 as ninth
                                                  from inbox.processed_events) p
                                         where ninth = 0) q) g
                        """).update();
        jdbc().sql("""
                        insert into inbox.handling_times (event_id, app, corp_id, event_type, handled_at, handling_time)
                        select event_id, app, corp_id, event_type, processed_at,
                               interval '1 millisecond' * (2 + 9 * (get_byte(payload_sha256, 0) / 255.0) ^ 4)
                          from inbox.processed_events
                         where get_byte(payload_sha256, 1) < 64
                        """).update();
        jdbc().sql("""
                        with q as (
                          insert into inbox.queued_events
                                 (event_id, natural_key, ordering_key, app, corp_id, event_type, state, attempts, late_copy,
                                  occurred_at, received_at, queued_at, changed_at, transport, last_error, payload,
                                  payload_sha256)
                          select id, null, id, 'default', :corp, :type, 'dead', 1, false, at, at, at, at, 'http',
                                 'ERROR: invalid input syntax for type integer: "manager' || n || '"',
                                 jsonb_build_object('EventType', cast(:type as text), 'CorpId', cast(:corp as text),
                                                    'eventId', 'dead' || n, 'staffId', 'manager' || n),
                                 sha256('dead')
                            from (select n, 'default:dead' || n as id,
                                         now() - interval '50 minutes' + n * interval '17 seconds' as at
                                    from generate_series(1, :dead) n) d
                          returning *)
                        insert into inbox.accepted_events (event_id, corp_id, event_type, accepted_at)
                        select event_id, corp_id, event_type, queued_at from q
                        """)
                .param("corp", CORP)
                .param("type", BROKEN)
                .param("dead", DEAD)
                .update();
        jdbc().sql("analyze").update();
        return this;
    }

    /** The approvals of today, delivered as DingTalk does. Until what was before is sealed. */
    void deliver(Service service) throws Exception {
        for (int i = 1; i <= APPROVALS; i++) {
            deliver(service, change(i, "start", "start"));
            deliver(service, task(i, "start"));
            deliver(service, task(i, "finish"));
            if (i < APPROVALS) {
                String finish = change(i, "finish", "finish");
                deliver(service, finish);
                deliver(service, finish);
            }
        }
        // The same identity, another content.
        deliver(service, change(1, "finish", "finish").replace("agree", "refuse"));
        await().until(() -> jdbc().sql(
                        "select max(hour) > now() - interval '3 hours' or count(*) = 0 from inbox.event_seals")
                .query(Boolean.class)
                .single());
    }

    /** Makes two of them that fail, of one person: the later one waits behind the other. */
    void deliverMendable(Service service, String first, String second) throws Exception {
        for (String id : List.of(first, second)) {
            ObjectNode event = event(MENDABLE, id).put("staffId", first).put("action", "add");
            deliver(service, event.toString());
        }
    }

    /** From now on, that handler works. */
    void mend() {
        jdbc().sql("create or replace function label(text) returns integer language sql return length($1)")
                .update();
    }

    static void deliver(Service service, String json) throws Exception {
        CallbackClient.Answer answer = service.client().deliver(json);
        assertThat(answer.decrypted()).isEqualTo("success");
    }

    static String approval(int number) {
        return APPROVAL.formatted(number);
    }

    static ObjectNode event(String type, String id) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("EventType", type)
                .put("EventTime", System.currentTimeMillis())
                .put("CorpId", CORP)
                .put("eventId", id);
    }

    /** A time, to the minute, as an input of the console takes it. */
    static String input(Instant time) {
        return INPUT.format(time);
    }

    String state(String eventId) {
        return jdbc().sql("select coalesce((select state from inbox.audit_events where event_id = ?), 'unknown')")
                .param(eventId)
                .query(String.class)
                .single();
    }

    /** What operators did with an event, and why. */
    List<String> actions(String eventId) {
        return jdbc().sql(
                        "select action || ' ' || operator || ': ' || reason from inbox.operator_actions where event_id = ?"
                                + " order by acted_at")
                .param(eventId)
                .query(String.class)
                .list();
    }

    JdbcClient jdbc() {
        return database.jdbc();
    }

    private static String change(int approval, String id, String type) {
        ObjectNode event = event("bpms_instance_change", "approval" + approval + id)
                .put("processInstanceId", approval(approval))
                .put("title", PEOPLE[approval % PEOPLE.length] + "提交的" + MATTERS[approval % MATTERS.length])
                .put("processCode", "PROC-11111111-2222-3333-4444-555555555555")
                .put("staffId", "manager700" + approval)
                .put("type", type);
        return (type.equals("finish") ? event.put("result", "agree") : event).toString();
    }

    private static String task(int approval, String type) {
        ObjectNode event = event("bpms_task_change", "approval" + approval + "task" + type)
                .put("processInstanceId", approval(approval))
                .put("taskId", 90935000 + approval)
                .put("staffId", "0102030405060708")
                .put("type", type);
        return (type.equals("finish") ? event.put("result", "agree").put("remark", "同意") : event).toString();
    }
}
