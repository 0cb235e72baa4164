package io.github.dingtalkinbox.internal.identity;

import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.json.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class NaturalKeysTest {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String HASH_OF_A = "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb";

    /** A type, the fields that its key needs, the parts of the key. */
    static final List<Sample> SAMPLES = List.of(
            new Sample("bpms_instance_change", "{'processInstanceId':'p','type':'finish'}", "p:finish"),
            new Sample("bpms_task_change", "{'processInstanceId':'p','taskId':7,'type':'start'}", "p:7:start"),
            new Sample(
                    "bpms_task_change",
                    "{'processInstanceId':'p','staffId':'s','createTime':5,'type':'comment','content':'a'}",
                    "p:s:5:comment:" + HASH_OF_A),
            new Sample(
                    "bpms_task_change",
                    "{'processInstanceId':'p','staffId':'s','createTime':5,'type':'comment','remark':'a'}",
                    "p:s:5:comment:" + HASH_OF_A),
            new Sample(
                    "bpms_task_change",
                    "{'processInstanceId':'p','staffId':'s','createTime':5,'type':'start'}",
                    "p:s:start:5::"),
            new Sample("chat_disband", "{'ChatId':'c'}", "c"),
            new Sample(
                    "attendance_approve_status_change",
                    "{'processInstanceId':'p','approveType':'LEAVE','status':'start'}",
                    "p:LEAVE:start"),
            new Sample(
                    "leave_quota_update",
                    "{'BizId':'b','userId':'u','leaveCode':'l','updateType':'ADD','EventTime':5}",
                    "b:u:l:ADD:5"),
            new Sample(
                    "project_task_changed", "{'BizId':'b','eventSubType':'e','taskId':'t','EventTime':5}", "b:e:t:5"),
            new Sample(
                    "project_task_updated", "{'BizId':'b','eventSubType':'e','taskId':'t','EventTime':5}", "b:e:t:5"),
            new Sample(
                    "calendar_event_change",
                    "{'calendarEventId':'c','changeType':'x','calendarEventUpdateTime':5}",
                    "c:x:5"),
            new Sample("todo_task_create", "{'taskId':'t'}", "t"),
            new Sample("meeting_status_change", "{'openConfModel':{'conferenceId':'c'},'statusSeqNum':3}", "c:3"),
            new Sample(
                    "meeting_member_status_change",
                    "{'openConfModel':{'conferenceId':'c'},'statusSeqNum':3,'changeScene':'join'}",
                    "c:3:join"),
            new Sample(
                    "meeting_member_status_change",
                    "{'conferenceId':'c','statusSeqNum':3,'changeScene':'join'}",
                    "c:3:join"),
            new Sample("meetingroom_book", "{'eventSubType':'e','bookId':'b','preStatus':'INIT'}", "e:b:INIT"),
            new Sample("robot_msg_read", "{'ProcessQueryKey':'p','UserId':'u'}", "p:u"),
            new Sample("workflow_form_change", "{'formCode':'f','type':'t','modifyTime':5}", "f:t:5"),
            new Sample("oa_timeout_plugin_task_msg", "{'taskId':'t','msgTag':'m','msg':'a'}", "t:m:" + HASH_OF_A),
            new Sample("suite_ticket", "{'SuiteKey':'s','SuiteTicket':'t'}", "s:" + Texts.hex(Sha256.of("t"))),
            new Sample(
                    "tmp_auth_code",
                    "{'SuiteKey':'s','AuthCorpId':'c','AuthCode':'a'}",
                    "s:c:" + Texts.hex(Sha256.of("a"))),
            new Sample("suite_relieve", "{'SuiteKey':'s','AuthCorpId':'c','TimeStamp':5}", "s:c:5"),
            new Sample("org_micro_app_stop", "{'SuiteKey':'s','AuthCorpId':'c','AppId':1,'TimeStamp':5}", "s:c:1:5"),
            new Sample("org_micro_app_restore", "{'SuiteKey':'s','AuthCorpId':'c','AppId':1,'TimeStamp':5}", "s:c:1:5"),
            new Sample("org_micro_app_remove", "{'SuiteKey':'s','AuthCorpId':'c','AppId':1,'TimeStamp':5}", "s:c:1:5"),
            new Sample("market_buy", "{'SuiteKey':'s','orderId':9}", "s:9"));

    record Sample(String type, String fields, String parts) {
        ObjectNode json() {
            ObjectNode json = (ObjectNode) MAPPER.readTree(fields.replace('\'', '"'));
            return json.put("EventType", type);
        }

        List<String> names() {
            List<String> names = new ArrayList<>(json().propertyNames());
            names.remove("EventType");
            return names;
        }
    }

    @Test
    void everyTypeOfTheTableHasASample() {
        Set<String> types = new TreeSet<>(SAMPLES.stream().map(Sample::type).toList());
        assertThat(types).isEqualTo(new TreeSet<>(NaturalKeys.BUILT_IN.keySet()));
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void isMadeOfTheBusinessFields(Sample sample) {
        String corpId = sample.json().path("AuthCorpId").asString("");
        assertThat(naturalKey(sample.json()))
                .isEqualTo("default:" + corpId + ":" + sample.type() + ":" + sample.parts());
    }

    @ParameterizedTest
    @FieldSource("SAMPLES")
    void thereIsNoneIfAFieldIsMissingOrEmpty(Sample sample) {
        for (String name : sample.names()) {
            for (Object nothing : List.of("absent", "", Map.of(), List.of("x"))) {
                ObjectNode json = sample.json();
                if (nothing.equals("absent")) {
                    json.remove(name);
                } else {
                    json.set(name, MAPPER.valueToTree(nothing));
                }
                assertThat(naturalKey(json))
                        .as("%s of %s: %s", name, sample, nothing)
                        .isNull();
            }
            assertThat(naturalKey(sample.json().putNull(name))).isNull();
        }
    }

    @Test
    void aNumberIsTheSameAsItsText() {
        String json =
                "{\"EventType\":\"bpms_task_change\",\"processInstanceId\":\"p\",\"taskId\":%s,\"type\":\"start\"}";
        assertThat(List.of(
                        "9093500112345678901",
                        "\"9093500112345678901\"",
                        "9093500112345678901.0",
                        "909350011234567890.1e1"))
                .extracting(id -> event(json.formatted(id)).id())
                .containsOnly("default::bpms_task_change:p:9093500112345678901:start");
    }

    @Test
    void aTaskWithoutItsIdIsTakenByItsTimes() {
        String json = """
                {"EventType":"bpms_task_change","processInstanceId":"p","staffId":"s","type":"finish",
                 "createTime":5,"finishTime":6,"result":"agree"}
                """;
        assertThat(event(json).id()).isEqualTo("default::bpms_task_change:p:s:finish:5:6:agree");
        assertThat(event(json.replace("agree", "refuse")).id()).endsWith(":5:6:refuse");
    }

    @Test
    void twoCommentsOfOneMomentAreTwo() {
        String json = """
                {"EventType":"bpms_task_change","processInstanceId":"p","staffId":"s","type":"comment",
                 "createTime":5,"taskId":1,"content":"%s"}
                """;
        assertThat(event(json.formatted("a")).id())
                .isNotEqualTo(event(json.formatted("b")).id());
        assertThat(event(json.formatted("")).identity().naturalKey()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user_add_org",
                "user_modify_org",
                "user_leave_org",
                "attendance_overtime_duration",
                "todo_task_update",
                "org_change",
                "brand_new_event_2027"
            })
    void typesThatOnlySaySomethingChangedHaveNone(String type) {
        Event event = event("{\"EventType\":\"" + type + "\",\"taskId\":\"1\",\"userId\":[\"1\"],\"key\":\"k\"}");
        assertThat(event.identity().naturalKey()).isNull();
        assertThat(event.identity().window()).isNotNull();
    }

    private static @Nullable String naturalKey(ObjectNode json) {
        return event(json.toString()).identity().naturalKey();
    }
}
