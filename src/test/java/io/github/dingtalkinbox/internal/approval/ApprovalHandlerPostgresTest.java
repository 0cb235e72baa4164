package io.github.dingtalkinbox.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

@Postgres
class ApprovalHandlerPostgresTest {
    private static final String START = """
            {"EventType": "bpms_instance_change", "EventTime": 1790000000123, "CorpId": "ding1", "eventId": "s",
             "processInstanceId": "PI-1", "createTime": 1790000000000, "processCode": "PROC-1", "businessId": "2026-1",
             "title": "张三提交的差旅报销", "staffId": "manager7001", "type": "start"}
            """;
    private static final String FINISH = """
            {"EventType": "bpms_instance_change", "EventTime": 1790000100123, "CorpId": "ding1", "eventId": "f",
             "processInstanceId": "PI-1", "createTime": 1790000000000, "processCode": "PROC-1", "businessId": "2026-1",
             "title": "张三提交的差旅报销", "staffId": "manager7001", "type": "finish", "result": "agree",
             "finishTime": 1790000100000}
            """;
    private static final String TERMINATE = FINISH.replace("\"eventId\": \"f\"", "\"eventId\": \"t\"")
            .replace("\"finish\", \"result\": \"agree\"", "\"terminate\"")
            .replace("1790000100", "1790000050");
    private static final String DELETE = """
            {"EventType": "bpms_instance_change", "CorpId": "ding1", "eventId": "d", "processInstanceId": "PI-1", "type": "delete"}
            """;
    private static final String TASK_START = """
            {"EventType": "bpms_task_change", "EventTime": 1790000000123, "CorpId": "ding1", "eventId": "ts",
             "processInstanceId": "PI-1", "taskId": 90935001, "createTime": 1790000000000, "staffId": "0102", "type": "start"}
            """;
    private static final String TASK_FINISH = """
            {"EventType": "bpms_task_change", "EventTime": 1790000100123, "CorpId": "ding1", "eventId": "tf",
             "processInstanceId": "PI-1", "taskId": 90935001, "createTime": 1790000000000, "staffId": "0102",
             "type": "finish", "result": "refuse", "remark": "金额不符🙏", "finishTime": 1790000100000}
            """;

    private final JdbcClient jdbc;
    private final ApprovalHandler handler;

    ApprovalHandlerPostgresTest(TestDatabase database) {
        jdbc = database.jdbc();
        handler = new ApprovalHandler(new ApprovalInstances(jdbc), new ApprovalTasks(jdbc));
    }

    @BeforeEach
    void empty() {
        jdbc.sql("truncate inbox.approval_instances, inbox.approval_tasks").update();
    }

    @Test
    void everyColumnOfAFinishedApprovalIsFilled() {
        process(START, FINISH);

        assertThat(instances()).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("corp_id", "ding1")
                .containsEntry("process_instance_id", "PI-1")
                .containsEntry("state", "finished")
                .containsEntry("result", "agree")
                .containsEntry("title", "张三提交的差旅报销")
                .containsEntry("originator_id", "manager7001")
                .containsEntry("process_code", "PROC-1")
                .containsEntry("business_id", "2026-1")
                .containsEntry("ending", "finished")
                .containsEntry("state_event_id", "default:f")
                .containsEntry("start_event_id", "default:s")
                .containsEntry("end_event_id", "default:f")
                .containsEntry("title_event_id", "default:f"));
        assertThat(jdbc.sql("select extract(epoch from created_at)::bigint from inbox.approval_instances")
                        .query(Long.class)
                        .single())
                .isEqualTo(1790000000L);
        assertThat(jdbc.sql("select extract(epoch from finished_at)::bigint from inbox.approval_instances")
                        .query(Long.class)
                        .single())
                .isEqualTo(1790000100L);
    }

    @Test
    void aLateStartDoesNotUndoAFinish() {
        process(FINISH);
        process(START);

        assertThat(instances()).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("state", "finished")
                .containsEntry("start_event_id", "default:s"));
    }

    @Test
    void ofFinishAndTerminateTheLaterOneCounts() {
        process(FINISH);
        process(TERMINATE);

        assertThat(instances()).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("state", "finished")
                .containsEntry("result", "agree"));

        process(TERMINATE.replace("1790000050", "1790000200").replace("\"t\"", "\"t2\""));

        assertThat(instances()).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("state", "terminated")
                .containsEntry("result", null));
    }

    @Test
    void aDeletedApprovalKeepsWhatWasDecided() {
        process(DELETE);
        process(FINISH);

        assertThat(instances()).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("state", "deleted")
                .containsEntry("state_event_id", "default:d")
                .containsEntry("ending", "finished")
                .containsEntry("result", "agree"));
    }

    @Test
    void theTitleIsThatOfTheLatestEvent() {
        process(FINISH.replace("差旅报销", "差旅报销(改)"));
        process(START);

        assertThat(instances()).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("title", "张三提交的差旅报销(改)"));
    }

    @Test
    void sameInstanceInTwoOrganisationsIsTwoApprovals() {
        process(START, START.replace("ding1", "ding2"));

        assertThat(instances()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"agree", "refuse", "redirect", "audit"})
    void aTaskFinishesWithAnyResult(String result) {
        process(TASK_START, TASK_FINISH.replace("refuse", result));

        assertThat(tasks()).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("state", "finished")
                .containsEntry("result", result)
                .containsEntry("task_key", "task:90935001")
                .containsEntry("task_id", "90935001")
                .containsEntry("assignee_id", "0102")
                .containsEntry("remark", "金额不符🙏")
                .containsEntry("start_event_id", "default:ts")
                .containsEntry("state_event_id", "default:tf"));
    }

    @Test
    void aTaskThatAnotherApproverDecidedIsCanceled() {
        process(TASK_FINISH.replace("\"finish\", \"result\": \"refuse\"", "\"cancel\""));
        process(TASK_START);

        assertThat(tasks()).singleElement().satisfies(row -> assertThat(row)
                .containsEntry("state", "canceled")
                .containsEntry("result", null)
                .containsEntry("remark", null));
    }

    @Test
    void taskIdAsATextIsTheSameTask() {
        process(TASK_START);
        process(TASK_FINISH.replace("90935001", "\"90935001\""));

        assertThat(tasks()).singleElement().satisfies(row -> assertThat(row).containsEntry("state", "finished"));
    }

    @Test
    void legacyTasksAreToldApartByPersonAndTime() {
        String start = TASK_START.replace("\"taskId\": 90935001,", "");
        process(start, TASK_FINISH.replace("\"taskId\": 90935001,", ""));
        process(start.replace("\"createTime\": 1790000000000", "\"createTime\": 1790000000001")
                .replace("\"ts\"", "\"ts2\""));

        assertThat(tasks())
                .extracting(row -> row.get("task_key"), row -> row.get("state"))
                .containsExactly(
                        tuple("staff:0102@1790000000000", "finished"), tuple("staff:0102@1790000000001", "running"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"EventType\": \"bpms_instance_change\", \"type\": \"start\"}",
                "{\"EventType\": \"bpms_instance_change\", \"type\": \"start\", \"processInstanceId\": \" \"}",
                "{\"EventType\": \"bpms_instance_change\", \"type\": \"start\", \"processInstanceId\": {\"a\": []}}",
                "{\"EventType\": \"bpms_instance_change\", \"type\": \"paused\", \"processInstanceId\": \"PI-1\"}",
                "{\"EventType\": \"bpms_instance_change\", \"type\": null, \"processInstanceId\": \"PI-1\"}",
                "{\"EventType\": \"bpms_instance_change\", \"processInstanceId\": \"PI-1\"}",
                "{\"EventType\": \"bpms_task_change\", \"type\": \"start\", \"processInstanceId\": \"PI-1\"}",
                "{\"EventType\": \"bpms_task_change\", \"type\": \"start\", \"taskId\": 1}",
                "{\"EventType\": \"bpms_task_change\", \"type\": \"comment\", \"taskId\": 1, \"processInstanceId\": \"P\"}",
            })
    void whatIsNoChangeOfAnApprovalChangesNothing(String json) {
        process(json);

        assertThat(instances()).isEmpty();
        assertThat(tasks()).isEmpty();
    }

    @Test
    void oddContentIsTakenAsFarAsItGoes() {
        String huge = "审🙏".repeat(100_000);
        process(
                START.replace("PI-1", huge).replace("ding1", huge).replace("manager7001", huge),
                FINISH.replace("1790000100000", "\"soon\"")
                        .replace("1790000100123", "9223372036854775807")
                        .replace("1790000000000", "-1")
                        .replace("agree", huge),
                TASK_FINISH
                        .replace("90935001", "\"" + huge + "\"")
                        .replace("PI-1", huge)
                        .replace("ding1", huge),
                TASK_START.replace("90935001", "1e999").replace("1790000000000", "1790000000"));

        assertThat(instances()).hasSize(2);
        assertThat(jdbc.sql(
                                "select created_at is null and finished_at is null from inbox.approval_instances where state = 'finished'")
                        .query(Boolean.class)
                        .single())
                .isTrue();
        assertThat(tasks()).hasSize(2);
    }

    @Test
    void keysThatAreCutStayDifferent() {
        String huge = "x".repeat(300);
        process(START.replace("PI-1", huge + "1"), START.replace("PI-1", huge + "2"));

        assertThat(instances()).hasSize(2);
    }

    @Test
    void handlesApprovalsOnly() {
        assertThat(Stream.of("bpms_instance_change", "bpms_task_change", "user_add_org", "check_in")
                        .filter(type -> handler.handles(TestEvents.event("{\"EventType\": \"" + type + "\"}"))))
                .containsExactly("bpms_instance_change", "bpms_task_change");
    }

    @Test
    void theSamplesAreWellFormed() {
        assertThat(List.of(START, FINISH, TERMINATE, DELETE, TASK_START, TASK_FINISH))
                .allSatisfy(json -> JsonMapper.shared().readTree(json));
    }

    private void process(String... json) {
        List<Event> events = Stream.of(json).map(TestEvents::event).toList();
        handler.handleAll(events);
    }

    private List<Map<String, Object>> instances() {
        return jdbc.sql("select * from inbox.approval_instances order by corp_id, process_instance_id")
                .query()
                .listOfRows();
    }

    private List<Map<String, Object>> tasks() {
        return jdbc.sql("select * from inbox.approval_tasks order by corp_id, process_instance_id, task_key")
                .query()
                .listOfRows();
    }
}
