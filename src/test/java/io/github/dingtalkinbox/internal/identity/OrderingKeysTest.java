package io.github.dingtalkinbox.internal.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderingKeysTest {
    private static final Delivery DELIVERY = new Delivery(Transport.HTTP, Instant.parse("2026-09-21T13:33:21Z"), null);
    private static final String INSTANCE = "{\"EventType\":\"bpms_instance_change\",\"CorpId\":\"c\","
            + "\"processInstanceId\":\"p\",\"type\":\"finish\",\"eventId\":\"1\"}";
    private static final String TASK =
            "{\"EventType\":\"bpms_task_change\",\"CorpId\":\"c\",\"processInstanceId\":\"p\","
                    + "\"taskId\":7,\"type\":\"start\",\"eventId\":\"2\"}";

    @Test
    void approvalAndItsTasksShareAKeyOverAllApps() {
        EventReader reader = new EventReader(Map.of());
        assertThat(List.of(read(reader, "a", INSTANCE), read(reader, "b", INSTANCE), read(reader, "a", TASK)))
                .extracting(Event::orderingKey)
                .containsOnly("c:processInstanceId=p");
    }

    @Test
    void keyIsThatOfTheOrganisation() {
        assertThat(key(Map.of(), INSTANCE.replace("\"c\"", "\"d\""))).isEqualTo("d:processInstanceId=p");
        assertThat(key(Map.of(), INSTANCE.replace("CorpId", "x"))).isEqualTo(":processInstanceId=p");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "null", "{}", "[\"p\"]"})
    void eventThatLacksAFieldNeedsNoOrder(String value) {
        assertThat(key(Map.of(), INSTANCE.replace("\"p\"", value))).isNull();
        assertThat(key(Map.of(), INSTANCE.replace("processInstanceId", "x"))).isNull();
    }

    @Test
    void otherTypesNeedNoOrder() {
        assertThat(key(Map.of(), INSTANCE.replace("bpms_instance_change", "bpms_change")))
                .isNull();
    }

    @Test
    void entranceMayKnowTypeAndOrganisation() {
        Metadata metadata = new Metadata("bpms_task_change", null, "c", null);
        byte[] data = "{\"corpid\":\"x\",\"processInstanceId\":\"p\"}".getBytes(UTF_8);
        assertThat(new EventReader(Map.of())
                        .read("app", metadata, data, DELIVERY)
                        .orderingKey())
                .isEqualTo("c:processInstanceId=p");
    }

    @Test
    void keyStaysWhenTheDatabaseDecidesOnTheId() {
        Event event = read(new EventReader(Map.of()), "a", INSTANCE);
        assertThat(event.withId("other").orderingKey()).isEqualTo(event.orderingKey());
    }

    @Test
    void configuredKeyReplacesTheBuiltInOne() {
        var rules = Map.of("bpms_instance_change", ordered("type", "a.b"));
        String nested = INSTANCE.replace("\"eventId\"", "\"a\":{\"b\":1.50},\"eventId\"");
        assertThat(key(rules, nested)).isEqualTo("c:type=finish:a.b=1.5");
        assertThat(key(rules, INSTANCE)).isNull();
        assertThat(key(rules, TASK)).isEqualTo("c:processInstanceId=p");
        assertThat(read(new EventReader(rules), "a", nested).identity())
                .isEqualTo(read(new EventReader(Map.of()), "a", nested).identity());
    }

    @Test
    void emptyKeyMeansNoOrder() {
        assertThat(key(Map.of("bpms_instance_change", ordered()), INSTANCE)).isNull();
    }

    @Test
    void anotherTypeMayJoinTheApprovals() {
        String other = INSTANCE.replace("bpms_instance_change", "attendance_approve_status_change");
        assertThat(key(Map.of("attendance_approve_status_change", ordered("processInstanceId")), other))
                .isEqualTo(key(Map.of(), INSTANCE));
    }

    @Test
    void equalValuesOfOtherFieldsAreAnotherKey() {
        assertThat(key(Map.of("t", ordered("x")), "{\"EventType\":\"t\",\"x\":\"v\"}"))
                .isNotEqualTo(key(Map.of("t", ordered("y")), "{\"EventType\":\"t\",\"y\":\"v\"}"));
    }

    @Test
    void partsAreEscapedSoThatNoOtherEventHasTheKey() {
        var rules = Map.of("one", ordered("a"), "two", ordered("a", "b"), "named", ordered("b:c"));
        assertThat(key(rules, "{\"EventType\":\"one\",\"CorpId\":\"c\",\"a\":\"1:b=2\"}"))
                .isEqualTo("c:a=1%3Ab=2")
                .isNotEqualTo(key(rules, "{\"EventType\":\"two\",\"CorpId\":\"c\",\"a\":\"1\",\"b\":\"2\"}"));
        assertThat(key(rules, "{\"EventType\":\"one\",\"CorpId\":\"c:\",\"a\":\"\\u0000\\ud800\"}"))
                .isEqualTo("c%3A:a=%00%uD800");
        assertThat(key(rules, "{\"EventType\":\"named\",\"b:c\":\"1\"}")).isEqualTo(":b%3Ac=1");
    }

    @Test
    void overlongKeyIsCutAndDifferentOnesStayDifferent() {
        String cut = key(Map.of(), INSTANCE.replace("\"p\"", "\"" + "p".repeat(600) + "\""));
        assertThat(cut).hasSize(512).startsWith("c:processInstanceId=pp").contains("%sha256:");
        assertThat(key(Map.of(), INSTANCE.replace("\"p\"", "\"" + "p".repeat(601) + "\"")))
                .hasSize(512)
                .isNotEqualTo(cut);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a.", ".a", "a..b", "a b", "?a", "a=b", "a!b", "#a", "a|b"})
    void whatIsNoPathIsRefused(String path) {
        assertThatThrownBy(() -> ordered("processInstanceId", path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("An ordering key consists of field names, with dots between nested ones, such as"
                        + " openConfModel.conferenceId; \"" + path + "\" is not such a name");
    }

    private static EventTypeRules ordered(String... paths) {
        return new EventTypeRules(null, null, List.of(paths));
    }

    private static @Nullable String key(Map<String, EventTypeRules> rules, String callback) {
        return read(new EventReader(rules), "app", callback).orderingKey();
    }

    private static Event read(EventReader reader, String app, String callback) {
        List<Event> events = reader.read(app, callback.getBytes(UTF_8), DELIVERY);
        assertThat(events).hasSize(1);
        return events.get(0);
    }
}
