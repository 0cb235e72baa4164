package io.github.dingtalkinbox.internal.identity;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;

/**
 * The event types that have a precise natural key, with its recipes: the first one whose fields are all there counts.
 * (DingTalk's page of each event.) No type whose events only say "something has changed" is here: of those, two equal
 * ones may be two changes.
 */
final class NaturalKeys {
    private static final NaturalKey SUITE_APP_CHANGE = NaturalKey.of("SuiteKey", "AuthCorpId", "AppId", "TimeStamp");
    private static final NaturalKey PROJECT_TASK_CHANGE = NaturalKey.of("BizId", "eventSubType", "taskId", "EventTime");

    static final Map<String, List<NaturalKey>> BUILT_IN = Map.ofEntries(
            // An instance starts, finishes, is terminated and is deleted once each.
            type("bpms_instance_change", NaturalKey.of("processInstanceId", "type")),
            // An approver may get a second task in one instance, so never without the task. Comments have no id.
            type(
                    "bpms_task_change",
                    NaturalKey.of("processInstanceId", "staffId", "createTime", "type=comment", "#content|remark"),
                    NaturalKey.of("processInstanceId", "taskId", "type!comment"),
                    NaturalKey.of(
                            "processInstanceId", "staffId", "type!comment", "createTime", "?finishTime", "?result")),
            type("chat_disband", NaturalKey.of("ChatId")),
            type("attendance_approve_status_change", NaturalKey.of("processInstanceId", "approveType", "status")),
            // BizId is called idempotent but is made of the time alone: never without what it is about.
            type("leave_quota_update", NaturalKey.of("BizId", "userId", "leaveCode", "updateType", "EventTime")),
            type("project_task_changed", PROJECT_TASK_CHANGE),
            type("project_task_updated", PROJECT_TASK_CHANGE),
            type("calendar_event_change", NaturalKey.of("calendarEventId", "changeType", "calendarEventUpdateTime")),
            type("todo_task_create", NaturalKey.of("taskId")),
            type("meeting_status_change", NaturalKey.of("openConfModel.conferenceId", "statusSeqNum")),
            type(
                    "meeting_member_status_change",
                    NaturalKey.of("openConfModel.conferenceId", "statusSeqNum", "changeScene"),
                    NaturalKey.of("conferenceId", "statusSeqNum", "changeScene")),
            type("meetingroom_book", NaturalKey.of("eventSubType", "bookId", "preStatus")),
            type("robot_msg_read", NaturalKey.of("ProcessQueryKey", "UserId")),
            type("workflow_form_change", NaturalKey.of("formCode", "type", "modifyTime")),
            type("oa_timeout_plugin_task_msg", NaturalKey.of("taskId", "msgTag", "#msg")),
            // Pushed again up to 100 times until it is answered. The ticket is a secret, and so is the code: hashed.
            type("suite_ticket", NaturalKey.of("SuiteKey", "#SuiteTicket")),
            type("tmp_auth_code", NaturalKey.of("SuiteKey", "AuthCorpId", "#AuthCode")),
            type("suite_relieve", NaturalKey.of("SuiteKey", "AuthCorpId", "TimeStamp")),
            type("org_micro_app_stop", SUITE_APP_CHANGE),
            type("org_micro_app_restore", SUITE_APP_CHANGE),
            type("org_micro_app_remove", SUITE_APP_CHANGE),
            type("market_buy", NaturalKey.of("SuiteKey", "orderId")));

    private NaturalKeys() {}

    private static Map.Entry<String, List<NaturalKey>> type(String name, NaturalKey... recipes) {
        return entry(name, List.of(recipes));
    }
}
