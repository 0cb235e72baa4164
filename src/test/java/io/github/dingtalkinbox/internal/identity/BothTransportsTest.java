package io.github.dingtalkinbox.internal.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.ApprovalEvent;
import io.github.dingtalkinbox.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What makes one event of a callback and a Stream frame: every sample of a callback, beside the frame that DingTalk would
 * send of it, with the eventId of the callback if that has one, and another one if not.
 */
class BothTransportsTest {
    /** How each is recognised; {@code two} is not. */
    private static final String JOINED = """
            http2_attend_group_change                | eventId
            http2_attend_shift_change                | eventId
            http2_attend_user_daily_summary_refresh  | eventId
            http2_attendance_approve_status_change   | eventId, natural key
            http2_attendance_overtime_duration       | eventId
            http2_bpms_instance_change_finish_agree  | eventId, natural key
            http2_bpms_instance_change_finish_agree_redelivery         | eventId, natural key
            http2_bpms_instance_change_finish_agree_twin_other_eventid | eventId, natural key
            http2_bpms_instance_change_finish_refuse | eventId, natural key
            http2_bpms_instance_change_start         | eventId, natural key
            http2_bpms_instance_change_terminate     | eventId, natural key
            http2_bpms_task_change_cancel            | eventId, natural key
            http2_bpms_task_change_comment           | eventId, natural key
            http2_bpms_task_change_finish_agree      | eventId, natural key
            http2_bpms_task_change_finish_redirect   | eventId, natural key
            http2_bpms_task_change_finish_refuse     | eventId, natural key
            http2_bpms_task_change_start             | eventId, natural key
            http2_chat_add_member                    | eventId
            http2_chat_update_title                  | eventId
            http2_check_in                           | eventId
            http2_inner_app_status_change            | eventId
            http2_label_user_change                  | eventId
            http2_leave_quota_update_no_eventid      | two
            http2_leave_rule_change                  | eventId
            http2_meeting_status_change              | eventId, natural key
            http2_oa_timeout_plugin_task_msg         | eventId, natural key
            http2_org_admin_add                      | eventId
            http2_org_change                         | eventId
            http2_org_dept_create                    | eventId
            http2_org_dept_modify                    | eventId
            http2_org_dept_remove                    | eventId
            http2_project_task_updated_no_eventid    | two
            http2_todo_task_create                   | eventId, natural key
            http2_user_active_org                    | eventId
            http2_user_add_org                       | eventId
            http2_user_leave_org                     | eventId
            http2_user_modify_org                    | eventId
            http_unknown_future_event                | eventId
            legacy_bpms_instance_change_finish       | natural key
            legacy_bpms_instance_change_start        | natural key
            legacy_bpms_task_change_finish_no_taskid | natural key
            legacy_meetingroom_book_bookSuccess      | natural key
            legacy_org_micro_app_stop                | natural key
            legacy_suite_relieve                     | natural key
            legacy_suite_ticket                      | natural key
            legacy_tmp_auth_code                     | natural key
            legacy_user_add_org                      | two
            legacy_user_modify_org_pair_first        | two
            legacy_user_modify_org_pair_second       | two
            """;

    /** DingTalk's samples of their callbacks have no eventId; those of all other types have one, or are legacy. */
    private static final Set<String> WITHOUT_EVENT_ID = Set.of(
            "approve_open_group_expansion",
            "hrbrain_talent_pool_add",
            "hrbrain_talent_pool_delete",
            "hrbrain_talent_pool_edit",
            "hrbrain_talent_pool_staff_add",
            "hrbrain_talent_pool_staff_delete",
            "leave_quota_update",
            "project_project_app_changed",
            "project_project_changed",
            "project_project_member_changed",
            "project_project_updated",
            "project_task_changed",
            "project_task_updated",
            "transfer_contact_id_job_result");

    @Test
    void everySampleOfACallbackIsInTheTable() {
        assertThat(rows().map(Row::sample))
                .containsExactlyElementsOf(Samples.names().stream()
                        .filter(name -> name.startsWith("http2_")
                                || (name.startsWith("legacy_") && !name.startsWith("legacy_check_"))
                                || name.startsWith("http_unknown"))
                        .sorted()
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isRecognisedByWhatTheTableSays(Row row) {
        Event http = row.http();
        Event stream = row.stream();
        String naturalKey = http.identity().naturalKey();
        boolean isOneByKey =
                naturalKey != null && naturalKey.equals(stream.identity().naturalKey());

        assertThat(Stream.of(http.id().equals(stream.id()) ? "eventId" : "", isOneByKey ? "natural key" : "")
                        .filter(by -> !by.isEmpty()))
                .containsExactlyElementsOf(row.joinedBy());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hasOneOrderingKeyTimeAndOrganisation(Row row) {
        assertThat(row.stream())
                .extracting(Event::orderingKey, Event::occurredAt, Event::corpId, Event::app)
                .containsExactly(
                        row.http().orderingKey(),
                        row.http().occurredAt(),
                        row.http().corpId(),
                        row.http().app());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void saysTheSame(Row row) {
        assertThat(EventEnvelope.isSameWithin(row.http(), row.stream())).isTrue();
        assertThat(ApprovalEvent.of(row.stream())).isEqualTo(ApprovalEvent.of(row.http()));
    }

    /** Whatever the fields of a natural key are: those that only callbacks have join nothing. */
    @Test
    void noOtherBuiltInKeyNeedsTheEnvelope() {
        assertThat(NaturalKeys.BUILT_IN.entrySet().stream()
                        .filter(type -> type.getValue().stream()
                                .flatMap(List::stream)
                                .anyMatch(Set.of("EventType", "EventTime", "CorpId", "BizId", "eventId")::contains))
                        .map(type -> type.getKey()))
                .containsExactlyInAnyOrder("leave_quota_update", "project_task_changed", "project_task_updated")
                .allMatch(WITHOUT_EVENT_ID::contains);
    }

    @Test
    void theDocumentNamesTheTypesThatAreTwoEvents() throws IOException {
        String page = Files.readString(Path.of("src/docs/identity.md"));
        String section = page.substring(page.indexOf("## One event by two transports"));
        String list = section.lines()
                .filter(line -> line.startsWith("| no `eventId` over HTTP"))
                .findFirst()
                .orElseThrow();

        assertThat(Pattern.compile("`([a-z_]+_[a-z_]+)`")
                        .matcher(list)
                        .results()
                        .map(type -> type.group(1)))
                .containsExactlyInAnyOrderElementsOf(WITHOUT_EVENT_ID);
        assertThat(rows().filter(row -> row.joinedBy().isEmpty() && row.sample().startsWith("http2_"))
                        .map(row -> row.http().type()))
                .allMatch(WITHOUT_EVENT_ID::contains);
    }

    static Stream<Row> rows() {
        return JOINED.lines().map(line -> Row.of(line.split(" *\\| ", -1)));
    }

    record Row(String sample, List<String> joinedBy) {
        static Row of(String[] columns) {
            return new Row(columns[0], columns[1].equals("two") ? List.of() : List.of(columns[1].split(", ", -1)));
        }

        Event http() {
            return Samples.events(sample).get(0);
        }

        Event stream() {
            return TestEvents.streamed(http());
        }

        @Override
        public String toString() {
            return sample;
        }
    }
}
