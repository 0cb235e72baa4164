package io.github.dingtalkinbox.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every sample of PROTOCOL.md, with the identity of each of its events. */
class SamplesTest {
    private static final Path FOLDER = Path.of("src/test/resources/dingtalk/samples");
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final EventReader READER = new EventReader(Map.of());

    /**
     * The sample, its event id, its natural key ("-": none, "=": the same as the event id). The hashes of contents were
     * computed with Python's {@code json.dumps(sort_keys=True, separators=(",", ":"), ensure_ascii=False)}.
     */
    private static final String EXPECTED = """
            http2_attend_group_change
              app:005f0c2b7a9d3e4c8f0000000000001e
              -
            http2_attend_shift_change
              app:005f0c2b7a9d3e4c8f0000000000001f
              -
            http2_attend_user_daily_summary_refresh
              app:005f0c2b7a9d3e4c8f00000000000022
              -
            http2_attendance_approve_status_change
              app:005f0c2b7a9d3e4c8f00000000000021
              app:ding0a1b2c3d4e5f60718:attendance_approve_status_change:kT9xWq2LRz-Example-PI-01790000001:LEAVE:start
            http2_attendance_overtime_duration
              app:005f0c2b7a9d3e4c8f0000000000001d
              -
            http2_bpms_instance_change_finish_agree
              app:005f0c2b7a9d3e4c8f00000000000002
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:finish
            http2_bpms_instance_change_finish_agree_redelivery
              app:005f0c2b7a9d3e4c8f00000000000002
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:finish
            http2_bpms_instance_change_finish_agree_twin_other_eventid
              app:005f0c2b7a9d3e4c8f00000000000003
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:finish
            http2_bpms_instance_change_finish_refuse
              app:005f0c2b7a9d3e4c8f00000000000004
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:finish
            http2_bpms_instance_change_start
              app:005f0c2b7a9d3e4c8f00000000000001
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:start
            http2_bpms_instance_change_terminate
              app:005f0c2b7a9d3e4c8f00000000000005
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:terminate
            http2_bpms_task_change_cancel
              app:005f0c2b7a9d3e4c8f0000000000000c
              app:ding0a1b2c3d4e5f60718:bpms_task_change:kT9xWq2LRz-Example-PI-01790000001:90935002:cancel
            http2_bpms_task_change_comment
              app:005f0c2b7a9d3e4c8f0000000000000d
              app:ding0a1b2c3d4e5f60718:bpms_task_change:kT9xWq2LRz-Example-PI-01790000001:0102030405060708:1790000000730:comment:d195eb841c826c0a5d4fac2dfd3cc6bb591b9be8dec462e46dec35673b77e7f5
            http2_bpms_task_change_finish_agree
              app:005f0c2b7a9d3e4c8f00000000000008
              app:ding0a1b2c3d4e5f60718:bpms_task_change:kT9xWq2LRz-Example-PI-01790000001:90935001:finish
            http2_bpms_task_change_finish_redirect
              app:005f0c2b7a9d3e4c8f0000000000000a
              app:ding0a1b2c3d4e5f60718:bpms_task_change:kT9xWq2LRz-Example-PI-01790000001:90935001:finish
            http2_bpms_task_change_finish_refuse
              app:005f0c2b7a9d3e4c8f00000000000009
              app:ding0a1b2c3d4e5f60718:bpms_task_change:kT9xWq2LRz-Example-PI-01790000001:90935001:finish
            http2_bpms_task_change_start
              app:005f0c2b7a9d3e4c8f00000000000007
              app:ding0a1b2c3d4e5f60718:bpms_task_change:kT9xWq2LRz-Example-PI-01790000001:90935001:start
            http2_chat_add_member
              app:005f0c2b7a9d3e4c8f00000000000019
              -
            http2_chat_update_title
              app:005f0c2b7a9d3e4c8f0000000000001a
              -
            http2_check_in
              app:005f0c2b7a9d3e4c8f0000000000001b
              -
            http2_inner_app_status_change
              app:005f0c2b7a9d3e4c8f0000000000002c
              -
            http2_label_user_change
              app:005f0c2b7a9d3e4c8f00000000000016
              -
            http2_leave_quota_update_no_eventid
              app:ding0a1b2c3d4e5f60718:leave_quota_update:1790000000123:123:abcdef-ghdsfc-123:ADD:1790000000123
              =
            http2_leave_rule_change
              app:005f0c2b7a9d3e4c8f0000000000002e
              -
            http2_meeting_status_change
              app:005f0c2b7a9d3e4c8f00000000000026
              app:ding0a1b2c3d4e5f60718:meeting_status_change:6321example9b6ed40:1
            http2_oa_timeout_plugin_task_msg
              app:005f0c2b7a9d3e4c8f0000000000002b
              app:ding0a1b2c3d4e5f60718:oa_timeout_plugin_task_msg:90935123:taskTrigger:f279a1cebb26810a0a66b492c42be001ef3372401c431acf6a21fd1abbad6dae
            http2_org_admin_add
              app:005f0c2b7a9d3e4c8f00000000000018
              -
            http2_org_change
              app:005f0c2b7a9d3e4c8f00000000000015
              -
            http2_org_dept_create
              app:005f0c2b7a9d3e4c8f00000000000012
              -
            http2_org_dept_modify
              app:005f0c2b7a9d3e4c8f00000000000013
              -
            http2_org_dept_remove
              app:005f0c2b7a9d3e4c8f00000000000014
              -
            http2_project_task_updated_no_eventid
              app:ding0a1b2c3d4e5f60718:project_task_updated:1790000000123:task.executor.update:63c7f91f6ff268bcab400001:1790000000123
              =
            http2_todo_task_create
              app:005f0c2b7a9d3e4c8f00000000000024
              app:ding0a1b2c3d4e5f60718:todo_task_create:task98cd5581178bfc6f0001
            http2_user_active_org
              app:005f0c2b7a9d3e4c8f00000000000011
              -
            http2_user_add_org
              app:005f0c2b7a9d3e4c8f0000000000000e
              -
            http2_user_leave_org
              app:005f0c2b7a9d3e4c8f0000000000000f
              -
            http2_user_modify_org
              app:005f0c2b7a9d3e4c8f00000000000010
              -
            http_unknown_future_event
              app:005f0c2b7a9d3e4c8f0000000000002f
              -
            legacy_bpms_instance_change_finish
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:finish
              =
            legacy_bpms_instance_change_start
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:start
              =
            legacy_bpms_task_change_finish_no_taskid
              app:ding0a1b2c3d4e5f60718:bpms_task_change:kT9xWq2LRz-Example-PI-01790000001:0102030405060708:finish:1789990001000:1790000000000:agree
              =
            legacy_meetingroom_book_bookSuccess
              app:ding0a1b2c3d4e5f60718:meetingroom_book:bookSuccess:book-0001:INIT
              =
            legacy_org_micro_app_stop
              app:ding0a1b2c3d4e5f60718:org_micro_app_stop:suiteexamplekey0001:ding0a1b2c3d4e5f60718:123:1790000003967
              =
            legacy_suite_relieve
              app:ding0a1b2c3d4e5f60718:suite_relieve:suiteexamplekey0001:ding0a1b2c3d4e5f60718:1790000000245
              =
            legacy_suite_ticket
              app::suite_ticket:suiteexamplekey0001:ticket-abc
              =
            legacy_tmp_auth_code
              app:ding0a1b2c3d4e5f60718:tmp_auth_code:suiteexamplekey0001:ding0a1b2c3d4e5f60718:authcode-1
              =
            legacy_user_add_org
              app:ding0a1b2c3d4e5f60718:user_add_org:sha256:41c1a040b503f911092ce697870f9d4f5d213a2dd3ba676d194554164450c688
              -
            legacy_user_modify_org_pair_first
              app:ding0a1b2c3d4e5f60718:user_modify_org:sha256:30a9dd50f8ff7fa4eb6d6d01ac9bafddaa20ed3734245e87ac9f06244f8fc0c7
              -
            legacy_user_modify_org_pair_second
              app:ding0a1b2c3d4e5f60718:user_modify_org:sha256:b2cfdb8db4f2f6090431d4e2a97a24ed39e753ea98e3e6910fd78eb46cad3942
              -
            synchttp_push_high
              app:ding0a1b2c3d4e5f60718:SYNC_HTTP_PUSH_HIGH:14778001_0:2:14778001:1790000000000:91666ee4ac7a31741ec0f9ad71af580276f18dacc8741c55a82d811dd1a3d1db
              -
            synchttp_push_medium
              app:ding0a1b2c3d4e5f60718:SYNC_HTTP_PUSH_MEDIUM:14778001_0:14:433877002:1790000000000:d15d9898bf0e755221d91380777ecffdb848c44f6041412fca8d72b5e6ea0999
              -
            failed_list_response
              app:ding0a1b2c3d4e5f60718:user_add_org:sha256:e8ce9c9b3b6c4163c26f2ca6f030ae742891615cadf0cda3bc94eb971ead8120
              -
            failed_list_response
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:finish
              =
            failed_list_response
              app:ding0a1b2c3d4e5f60718:label_conf_add:sha256:ce27fd7e7d7ead3db0ab50d0f287a9a1d2186f523857bf01a2c507629c3e6b50
              -
            stream_event_bpms_instance_change_finish
              app:005f0c2b7a9d3e4c8f00000000000030
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:finish
            stream_event_bpms_instance_change_finish_redelivery
              app:005f0c2b7a9d3e4c8f00000000000030
              app:ding0a1b2c3d4e5f60718:bpms_instance_change:kT9xWq2LRz-Example-PI-01790000001:finish
            stream_event_user_add_org
              app:005f0c2b7a9d3e4c8f00000000000031
              -
            """;

    /** Read, but answered by the webhook without being stored: their identity does not matter. */
    static final Set<String> CONTROL_EVENTS =
            Set.of("legacy_check_url", "legacy_check_create_suite_url", "legacy_check_update_suite_url");

    static final Set<String> NOT_EVENTS = Set.of(
            "INDEX",
            "http_request_wire_example",
            "stream_ack_later",
            "stream_ack_success",
            "stream_system_disconnect",
            "stream_system_ping");

    static final Map<String, List<Keys>> TABLE = table();
    static final Set<String> EVENTS = TABLE.keySet();

    record Keys(String eventId, @Nullable String naturalKey) {}

    @Test
    void everySampleIsInTheTable() throws IOException {
        Set<String> named = new TreeSet<>(EVENTS);
        named.addAll(CONTROL_EVENTS);
        named.addAll(NOT_EVENTS);
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(f -> f.getFileName().toString().replace(".json", "")))
                    .containsExactlyInAnyOrderElementsOf(named);
        }
    }

    @ParameterizedTest
    @FieldSource("EVENTS")
    void hasTheExpectedIdentity(String sample) {
        assertThat(events(sample)).extracting(SamplesTest::keys).isEqualTo(TABLE.get(sample));
    }

    @ParameterizedTest
    @FieldSource("EVENTS")
    void isStoredAsItIs(String sample) {
        assertThat(events(sample)).allSatisfy(event -> {
            assertThat(event.payload().raw()).isNull();
            assertThat(event.identity().window())
                    .isEqualTo(event.id().contains(":sha256:") ? Duration.ofMinutes(10) : null);
        });
    }

    @ParameterizedTest
    @FieldSource("CONTROL_EVENTS")
    void readsControlEventsSoThatTheyCanBeAnswered(String sample) {
        assertThat(events(sample)).hasSize(1);
        assertThat("legacy_" + events(sample).get(0).type()).isEqualTo(sample);
    }

    @ParameterizedTest
    @FieldSource("NOT_EVENTS")
    void refusesWhatIsNoEvent(String sample) {
        assertThatThrownBy(() -> http(sample)).isInstanceOf(NotAnEvent.class);
    }

    @Test
    void aRedeliveryWithOtherKeyOrderSaysTheSame() {
        Event first = only("http2_bpms_instance_change_finish_agree");
        Event second = only("http2_bpms_instance_change_finish_agree_redelivery");
        assertThat(second.identity()).isEqualTo(first.identity());
        assertThat(second.payload().sameAs(first.payload())).isTrue();
    }

    @Test
    void aTwinWithAnotherEventIdIsJoinedByTheNaturalKey() {
        Event first = only("http2_bpms_instance_change_finish_agree");
        Event twin = only("http2_bpms_instance_change_finish_agree_twin_other_eventid");
        assertThat(twin.id()).isNotEqualTo(first.id());
        assertThat(twin.identity().naturalKey())
                .isNotNull()
                .isEqualTo(first.identity().naturalKey());
    }

    @Test
    void theNaturalKeyJoinsAllEntrances() {
        assertThat(List.of(
                        only("http2_bpms_instance_change_finish_agree"),
                        only("legacy_bpms_instance_change_finish"),
                        only("stream_event_bpms_instance_change_finish"),
                        events("failed_list_response").get(1)))
                .extracting(event -> event.identity().naturalKey())
                .doesNotContainNull()
                .containsOnly(only("http2_bpms_instance_change_finish_agree")
                        .identity()
                        .naturalKey());
    }

    @Test
    void twoChangesOfOneUser53MillisecondsApartAreTwo() {
        Event first = only("legacy_user_modify_org_pair_first");
        Event second = only("legacy_user_modify_org_pair_second");
        assertThat(second.id()).isNotEqualTo(first.id());
        assertThat(Duration.between(first.occurredAt(), second.occurredAt())).isEqualTo(Duration.ofMillis(53));
    }

    private static Map<String, List<Keys>> table() {
        String[] lines = EXPECTED.strip().split("\\s+", -1);
        List<Map.Entry<String, Keys>> rows = new ArrayList<>();
        for (int i = 0; i < lines.length; i += 3) {
            String naturalKey = lines[i + 2].equals("=") ? lines[i + 1] : lines[i + 2];
            rows.add(Map.entry(lines[i], new Keys(lines[i + 1], naturalKey.equals("-") ? null : naturalKey)));
        }
        return rows.stream().collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
    }

    private static Keys keys(Event event) {
        return new Keys(event.id(), event.identity().naturalKey());
    }

    private static Event only(String sample) {
        List<Event> events = events(sample);
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private static List<Event> events(String sample) {
        if (sample.startsWith("stream_")) {
            return List.of(frame(MAPPER.readTree(bytes(sample))));
        }
        if (sample.startsWith("failed_list_")) {
            return MAPPER.readTree(bytes(sample)).path("failed_list").values().stream()
                    .map(SamplesTest::failed)
                    .collect(toCollection(ArrayList::new));
        }
        return http(sample);
    }

    private static List<Event> http(String sample) {
        return READER.read("app", bytes(sample), delivery(Transport.HTTP));
    }

    private static Event frame(JsonNode frame) {
        JsonNode headers = frame.path("headers");
        Metadata metadata = new Metadata(
                headers.path("eventType").stringValue(),
                headers.path("eventId").stringValue(),
                headers.path("eventCorpId").stringValue(),
                Instant.ofEpochMilli(headers.path("eventBornTime").asLong()));
        byte[] data = frame.path("data").stringValue().getBytes(UTF_8);
        return READER.read("app", metadata, data, delivery(Transport.STREAM));
    }

    private static Event failed(JsonNode entry) {
        String tag = entry.path("call_back_tag").stringValue();
        JsonNode wrapper = entry.path(tag);
        Metadata metadata = new Metadata(
                tag,
                null,
                wrapper.path("corpid").stringValue(),
                Instant.ofEpochMilli(entry.path("event_time").longValue()));
        JsonNode data = Stream.of("bpmsCallBackData", "callbackData", "roleLabelChange")
                .map(wrapper::path)
                .filter(JsonNode::isObject)
                .findFirst()
                .orElse(wrapper);
        return READER.read("app", metadata, data.toString().getBytes(UTF_8), delivery(Transport.POLL));
    }

    private static Delivery delivery(Transport transport) {
        return new Delivery(transport, Instant.parse("2026-09-21T14:13:21Z"), null);
    }

    private static byte[] bytes(String sample) {
        try {
            return Files.readAllBytes(FOLDER.resolve(sample + ".json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
