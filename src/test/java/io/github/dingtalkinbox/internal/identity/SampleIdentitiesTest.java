package io.github.dingtalkinbox.internal.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.NotAnEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The identity of every sample in {@code dingtalk/samples}. The hashes in the table are not this program's: they are the
 * SHA-256 of what Python's {@code json.dumps(sort_keys=True, separators=(",", ":"), ensure_ascii=False)} writes.
 */
class SampleIdentitiesTest {
    /** Name, event id, natural key, organisation, milliseconds of its time. The ids begin with the name of the app. */
    private static final String EVENTS = """
            failed_list_response[0] | CORP:user_add_org:sha256:e8ce9c9b3b6c4163c26f2ca6f030ae742891615cadf0cda3bc94eb971ead8120 | - | CORP | 1790000000357
            failed_list_response[1] | natural key | CORP:bpms_instance_change:INSTANCE:finish | CORP | 1790000000000
            failed_list_response[2] | CORP:label_conf_add:sha256:2d2bb17ff9e8537e466fec988435eba8c4a896222d89004bce70d630365700e6 | - | CORP | 1790000000100
            http2_attend_group_change | ID-00001e | - | CORP | 1790000000123
            http2_attend_shift_change | ID-00001f | - | CORP | 1790000000123
            http2_attend_user_daily_summary_refresh | ID-000022 | - | CORP | 1790000000123
            http2_attendance_approve_status_change | ID-000021 | CORP:attendance_approve_status_change:INSTANCE:LEAVE:start | CORP | 1790000000123
            http2_attendance_overtime_duration | ID-00001d | - | CORP | 1790000000123
            http2_bpms_instance_change_finish_agree | ID-000002 | CORP:bpms_instance_change:INSTANCE:finish | CORP | 1790000000123
            http2_bpms_instance_change_finish_agree_redelivery | ID-000002 | CORP:bpms_instance_change:INSTANCE:finish | CORP | 1790000000123
            http2_bpms_instance_change_finish_agree_twin_other_eventid | ID-000003 | CORP:bpms_instance_change:INSTANCE:finish | CORP | 1790000000160
            http2_bpms_instance_change_finish_refuse | ID-000004 | CORP:bpms_instance_change:INSTANCE:finish | CORP | 1790000000123
            http2_bpms_instance_change_start | ID-000001 | CORP:bpms_instance_change:INSTANCE:start | CORP | 1790000000123
            http2_bpms_instance_change_terminate | ID-000005 | CORP:bpms_instance_change:INSTANCE:terminate | CORP | 1790000000123
            http2_bpms_task_change_cancel | ID-00000c | CORP:bpms_task_change:INSTANCE:90935002:cancel | CORP | 1790000000123
            http2_bpms_task_change_comment | ID-00000d | CORP:bpms_task_change:INSTANCE:0102030405060708:1790000000730:comment:d195eb841c826c0a5d4fac2dfd3cc6bb591b9be8dec462e46dec35673b77e7f5 | CORP | 1790000000123
            http2_bpms_task_change_finish_agree | ID-000008 | CORP:bpms_task_change:INSTANCE:90935001:finish | CORP | 1790000000123
            http2_bpms_task_change_finish_redirect | ID-00000a | CORP:bpms_task_change:INSTANCE:90935001:finish | CORP | 1790000000123
            http2_bpms_task_change_finish_refuse | ID-000009 | CORP:bpms_task_change:INSTANCE:90935001:finish | CORP | 1790000000123
            http2_bpms_task_change_start | ID-000007 | CORP:bpms_task_change:INSTANCE:90935001:start | CORP | 1790000000123
            http2_chat_add_member | ID-000019 | - | CORP | 1790000000123
            http2_chat_update_title | ID-00001a | - | CORP | 1790000000123
            http2_check_in | ID-00001b | - | CORP | 1790000000123
            http2_inner_app_status_change | ID-00002c | - | CORP | 1790000000123
            http2_label_user_change | ID-000016 | - | CORP | 1790000000123
            http2_leave_quota_update_no_eventid | natural key | CORP:leave_quota_update:1790000000123:123:abcdef-ghdsfc-123:ADD:1790000000123 | CORP | 1790000000123
            http2_leave_rule_change | ID-00002e | - | CORP | 1790000000123
            http2_meeting_status_change | ID-000026 | CORP:meeting_status_change:6321example9b6ed40:1 | CORP | 1790000000123
            http2_oa_timeout_plugin_task_msg | ID-00002b | CORP:oa_timeout_plugin_task_msg:90935123:taskTrigger:f279a1cebb26810a0a66b492c42be001ef3372401c431acf6a21fd1abbad6dae | CORP | 1790000000123
            http2_org_admin_add | ID-000018 | - | CORP | 1790000000123
            http2_org_change | ID-000015 | - | CORP | 1790000000123
            http2_org_dept_create | ID-000012 | - | CORP | 1790000000123
            http2_org_dept_modify | ID-000013 | - | CORP | 1790000000123
            http2_org_dept_remove | ID-000014 | - | CORP | 1790000000123
            http2_project_task_updated_no_eventid | natural key | CORP:project_task_updated:1790000000123:task.executor.update:63c7f91f6ff268bcab400001:1790000000123 | CORP | 1790000000123
            http2_todo_task_create | ID-000024 | CORP:todo_task_create:task98cd5581178bfc6f0001 | CORP | 1790000000123
            http2_user_active_org | ID-000011 | - | CORP | 1790000000123
            http2_user_add_org | ID-00000e | - | CORP | 1790000000123
            http2_user_leave_org | ID-00000f | - | CORP | 1790000000123
            http2_user_modify_org | ID-000010 | - | CORP | 1790000000123
            http_unknown_future_event | ID-00002f | - | CORP | 1790000000123
            legacy_bpms_instance_change_finish | natural key | CORP:bpms_instance_change:INSTANCE:finish | CORP | 1790000000000
            legacy_bpms_instance_change_start | natural key | CORP:bpms_instance_change:INSTANCE:start | CORP | 1789990000000
            legacy_bpms_task_change_finish_no_taskid | natural key | CORP:bpms_task_change:INSTANCE:0102030405060708:finish:1789990001000:1790000000000:agree | CORP | 1790000000000
            legacy_meetingroom_book_bookSuccess | natural key | CORP:meetingroom_book:bookSuccess:book-0001:INIT | CORP | -
            legacy_org_micro_app_stop | natural key | CORP:org_micro_app_stop:suiteexamplekey0001:CORP:123:1790000003967 | CORP | 1790000003967
            legacy_suite_relieve | natural key | CORP:suite_relieve:suiteexamplekey0001:CORP:1790000000245 | CORP | 1790000000245
            legacy_suite_ticket | natural key | :suite_ticket:suiteexamplekey0001:6d836ddc569352065eb04e45fa9921c4358d91bcd04486e7212472440446f038 | - | 1790000000456
            legacy_tmp_auth_code | natural key | CORP:tmp_auth_code:suiteexamplekey0001:CORP:f7caf6d2b6f8496fa9e36b8d9c80bea46be04a25cb8f337bd1c0866d10e9685c | CORP | 1790000000062
            legacy_user_add_org | CORP:user_add_org:sha256:41c1a040b503f911092ce697870f9d4f5d213a2dd3ba676d194554164450c688 | - | CORP | 1790000000062
            legacy_user_modify_org_pair_first | CORP:user_modify_org:sha256:30a9dd50f8ff7fa4eb6d6d01ac9bafddaa20ed3734245e87ac9f06244f8fc0c7 | - | CORP | 1790000000680
            legacy_user_modify_org_pair_second | CORP:user_modify_org:sha256:b2cfdb8db4f2f6090431d4e2a97a24ed39e753ea98e3e6910fd78eb46cad3942 | - | CORP | 1790000000733
            stream_event_bpms_instance_change_finish | ID-000030 | CORP:bpms_instance_change:INSTANCE:finish | CORP | 1790000000123
            stream_event_bpms_instance_change_finish_redelivery | ID-000030 | CORP:bpms_instance_change:INSTANCE:finish | CORP | 1790000000123
            stream_event_user_add_org | ID-000031 | - | CORP | 1790000000357
            synchttp_push_high | CORP:SYNC_HTTP_PUSH_HIGH:14778001_0:2:14778001:1790000000000:91666ee4ac7a31741ec0f9ad71af580276f18dacc8741c55a82d811dd1a3d1db | - | CORP | 1790000000000
            synchttp_push_medium | CORP:SYNC_HTTP_PUSH_MEDIUM:14778001_0:14:433877002:1790000000000:d15d9898bf0e755221d91380777ecffdb848c44f6041412fca8d72b5e6ea0999 | - | CORP | 1790000000000
            """;

    /** Answered by the webhook itself. */
    private static final Set<String> CONTROL_EVENTS =
            Set.of("legacy_check_url", "legacy_check_create_suite_url", "legacy_check_update_suite_url");

    /** What stands around events on the wire, and the list of the samples and their sources. */
    private static final Set<String> NO_EVENTS = Set.of(
            "INDEX",
            "http_request_wire_example",
            "stream_ack_later",
            "stream_ack_success",
            "stream_system_disconnect",
            "stream_system_ping");

    @Test
    void everySampleIsInTheTablesAndEveryEntryIsASample() {
        Set<String> named = new HashSet<>(CONTROL_EVENTS);
        named.addAll(NO_EVENTS);
        events().forEach(e -> named.add(e.file()));
        assertThat(named).containsExactlyInAnyOrderElementsOf(Samples.names());

        List<String> numbered = new ArrayList<>();
        events().forEach(e -> numbered.add(e.name()));
        assertThat(numbered).doesNotHaveDuplicates().contains("failed_list_response[2]");
        assertThat(Samples.events("failed_list_response")).hasSize(3);
    }

    @ParameterizedTest
    @MethodSource("events")
    void sampleHasTheIdentityOfTheTable(Expected expected) {
        Event event = expected.read();
        assertThat(event.id()).isEqualTo(expected.eventId());
        assertThat(event.identity().naturalKey()).isEqualTo(expected.naturalKey());
        assertThat(event.identity().window())
                .isEqualTo(event.id().contains(":sha256:") ? Duration.ofMinutes(10) : null);
        assertThat(event.corpId()).isEqualTo(expected.corpId());
        assertThat(event.occurredAt()).isEqualTo(expected.occurredAt());
        assertThat(event.payload().raw()).isNull();
    }

    @ParameterizedTest
    @MethodSource("events")
    void sampleIsInTheOrderOfItsApprovalOrObject(Expected expected) {
        Event event = expected.read();
        String key =
                switch (event.type()) {
                    case "bpms_instance_change", "bpms_task_change" -> "CORP:processInstanceId=INSTANCE";
                    case "SYNC_HTTP_PUSH_HIGH" -> "CORP:subscribe_id=14778001_0:biz_type=2:biz_id=14778001";
                    case "SYNC_HTTP_PUSH_MEDIUM" -> "CORP:subscribe_id=14778001_0:biz_type=14:biz_id=433877002";
                    default -> null;
                };
        assertThat(event.orderingKey()).isEqualTo(key == null ? null : Expected.full(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy_check_url", "legacy_check_create_suite_url", "legacy_check_update_suite_url"})
    void controlEventIsRead(String name) {
        assertThat(CONTROL_EVENTS).contains(name);
        assertThat(event(name).type()).isEqualTo(name.substring("legacy_".length()));
    }

    @Test
    void whatIsNoEventIsRefused() {
        assertThat(NO_EVENTS)
                .allSatisfy(name -> assertThatThrownBy(() -> Samples.http(name)).isInstanceOf(NotAnEvent.class));
    }

    @Test
    void redeliveryWithItsKeysReversedIsTheSame() {
        Event first = event("http2_bpms_instance_change_finish_agree");
        Event second = event("http2_bpms_instance_change_finish_agree_redelivery");
        assertThat(second.payload().jsonb()).isNotEqualTo(first.payload().jsonb());
        assertThat(second.identity()).isEqualTo(first.identity());
        assertThat(second.payload().sameAs(first.payload())).isTrue();
    }

    @Test
    void redeliveryOfAStreamEventIsTheSame() {
        Event first = event("stream_event_bpms_instance_change_finish");
        Event second = event("stream_event_bpms_instance_change_finish_redelivery");
        assertThat(second.identity()).isEqualTo(first.identity());
        assertThat(second.payload().sameAs(first.payload())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http2_bpms_instance_change_finish_agree_twin_other_eventid",
                "legacy_bpms_instance_change_finish",
                "stream_event_bpms_instance_change_finish",
                "failed_list_response[1]"
            })
    void copyOverAnotherEntranceIsJoinedByTheNaturalKey(String copy) {
        Event pushed = event("http2_bpms_instance_change_finish_agree");
        assertThat(event(copy).id()).isNotEqualTo(pushed.id());
        assertThat(event(copy).identity().naturalKey())
                .isNotNull()
                .isEqualTo(pushed.identity().naturalKey());
    }

    @Test
    void twoChangesOfOneUserShortlyAfterOneAnotherAreTwoEvents() {
        Event first = event("legacy_user_modify_org_pair_first");
        Event second = event("legacy_user_modify_org_pair_second");
        assertThat(Duration.between(first.occurredAt(), second.occurredAt())).hasMillis(53);
        assertThat(second.identity()).isNotEqualTo(first.identity());
        assertThat(second.identity().naturalKey()).isNull();
    }

    private static Event event(String name) {
        int index = name.endsWith("]") ? name.charAt(name.length() - 2) - '0' : 0;
        return Samples.events(name.replaceFirst("\\[.*", "")).get(index);
    }

    static Stream<Expected> events() {
        return EVENTS.lines().map(line -> Expected.of(line.split(" \\| ", -1)));
    }

    record Expected(
            String name,
            String eventId,
            @Nullable String naturalKey,
            String corpId,
            @Nullable Instant occurredAt) {
        static Expected of(String[] columns) {
            String naturalKey = columns[2].equals("-") ? null : id(columns[2]);
            return new Expected(
                    columns[0],
                    naturalKey != null && columns[1].equals("natural key") ? naturalKey : id(columns[1]),
                    naturalKey,
                    columns[3].equals("-") ? "" : full(columns[3]),
                    columns[4].equals("-") ? null : Instant.ofEpochMilli(Long.parseLong(columns[4])));
        }

        private static String id(String shortened) {
            return "default:" + full(shortened);
        }

        private static String full(String shortened) {
            return shortened
                    .replace("ID-", "005f0c2b7a9d3e4c8f00000000")
                    .replace("CORP", "ding0a1b2c3d4e5f60718")
                    .replace("INSTANCE", "kT9xWq2LRz-Example-PI-01790000001");
        }

        String file() {
            return name.replaceFirst("\\[.*", "");
        }

        Event read() {
            return event(name);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
