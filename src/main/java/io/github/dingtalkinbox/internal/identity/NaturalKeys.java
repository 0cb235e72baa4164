package io.github.dingtalkinbox.internal.identity;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The event types with a precise natural key, and its recipes: the first recipe whose fields are all present is used.
 * (DingTalk's page of each event.) Types whose events only say "something has changed" are not here, because two equal
 * ones may be two changes.
 *
 * <p>A recipe lists the fields that together identify an event for ever. Each is a path ({@code
 * openConfModel.conferenceId}); {@code ?path} may be missing; {@code path=value} and {@code path!value} must and must
 * not have that value; {@code #path|path} stands for the hash of the first one that is present.
 */
final class NaturalKeys {
    private static final String SUITE_APP_CHANGE = "SuiteKey AuthCorpId AppId TimeStamp";
    private static final String PROJECT_TASK_CHANGE = "BizId eventSubType taskId EventTime";

    static final Map<String, List<List<String>>> BUILT_IN = Map.ofEntries(
            // An instance starts, finishes, is terminated and is deleted once each.
            type("bpms_instance_change", "processInstanceId type"),
            // An approver may get a second task in one instance, so never without the task. Comments have no id.
            type(
                    "bpms_task_change",
                    "processInstanceId staffId createTime type=comment #content|remark",
                    "processInstanceId taskId type!comment",
                    "processInstanceId staffId type!comment createTime ?finishTime ?result"),
            type("chat_disband", "ChatId"),
            type("attendance_approve_status_change", "processInstanceId approveType status"),
            // BizId is documented as idempotent, but is made of the time alone: so never without the other fields.
            type("leave_quota_update", "BizId userId leaveCode updateType EventTime"),
            type("project_task_changed", PROJECT_TASK_CHANGE),
            type("project_task_updated", PROJECT_TASK_CHANGE),
            type("calendar_event_change", "calendarEventId changeType calendarEventUpdateTime"),
            type("todo_task_create", "taskId"),
            type("meeting_status_change", "openConfModel.conferenceId statusSeqNum"),
            type(
                    "meeting_member_status_change",
                    "openConfModel.conferenceId statusSeqNum changeScene",
                    "conferenceId statusSeqNum changeScene"),
            type("meetingroom_book", "eventSubType bookId preStatus"),
            type("robot_msg_read", "ProcessQueryKey UserId"),
            type("workflow_form_change", "formCode type modifyTime"),
            type("oa_timeout_plugin_task_msg", "taskId msgTag #msg"),
            // Pushed up to 100 times until it is answered. The ticket and the code are secrets: hashed.
            type("suite_ticket", "SuiteKey #SuiteTicket"),
            type("tmp_auth_code", "SuiteKey AuthCorpId #AuthCode"),
            type("suite_relieve", "SuiteKey AuthCorpId TimeStamp"),
            type("org_micro_app_stop", SUITE_APP_CHANGE),
            type("org_micro_app_restore", SUITE_APP_CHANGE),
            type("org_micro_app_remove", SUITE_APP_CHANGE),
            type("market_buy", "SuiteKey orderId"));

    /** The unique key of DingTalk's own table of these (page "configure-synchttp-push"), and the version. */
    static final List<String> SYNC_ELEMENT = List.of("subscribe_id", "biz_type", "biz_id", "gmt_modified", "#biz_data");

    /** The prefix of the types whose events contain many elements: versions of objects. */
    static final String SYNC_HTTP_PUSH = "SYNC_HTTP_PUSH_";

    private static final List<String> SYNC_OBJECT = SYNC_ELEMENT.subList(0, 3);
    private static final List<String> APPROVAL = List.of("processInstanceId");
    private static final Map<String, List<String>> ORDERED =
            Map.of("bpms_instance_change", APPROVAL, "bpms_task_change", APPROVAL);

    private NaturalKeys() {}

    /** The fields of the ordering key; none if the type needs no order. */
    static List<String> orderedBy(String type) {
        return type.startsWith(SYNC_HTTP_PUSH) ? SYNC_OBJECT : ORDERED.getOrDefault(type, List.of());
    }

    /** @param recipes the fields of each, separated by spaces */
    private static Map.Entry<String, List<List<String>>> type(String name, String... recipes) {
        return entry(
                name,
                Stream.of(recipes).map(fields -> List.of(fields.split(" ", -1))).toList());
    }
}
