package io.github.dingtalkinbox.internal.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Identity;
import io.github.dingtalkinbox.NotAnEvent;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.json.Texts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
    private static final Delivery DELIVERY = new Delivery(Transport.HTTP, Instant.parse("2026-09-21T13:33:21Z"), null);
    private static final String INSTANCE_CHANGE =
            "\"EventType\":\"bpms_instance_change\",\"CorpId\":\"c\",\"processInstanceId\":\"p\",\"type\":\"finish\"";

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "\"CorpId\":\"a\",\"corpId\":\"b\"|a",
                "\"corpId\":\"b\",\"CorpId\":\"a\"|a",
                "\"corpid\":\"b\",\"corpId\":\"a\"|a",
                "\"corpid\":\"a\",\"AuthCorpId\":\"b\"|a",
                "\"AuthCorpId\":\"a\",\"corp_id\":\"b\"|a",
                "\"corp_id\":\"a\"|a",
                "\"CorpId\":\"\",\"corpId\":\"a\"|a",
                "\"CorpId\":null,\"corpId\":\"a\"|a",
                "\"CorpId\":{},\"corpId\":\"a\"|a",
                "\"CORPID\":\"b\",\"Corpid\":\"b\",\"authCorpId\":\"b\"|``",
                "\"nested\":{\"CorpId\":\"b\"}|``"
            })
    void organisationIsReadFromItsNamesInTheirOrder(String members, String corpId) {
        assertThat(event("{\"EventType\":\"t\"," + members + "}").corpId()).isEqualTo(corpId);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "\"eventId\":\"e\"|e",
                "\"eventId\":4711|4711",
                "\"eventId\":12345678901234567890123|12345678901234567890123",
                "\"eventId\":\"a:b%@\"|a%3Ab%25%40",
            })
    void eventIdIsTheIdentity(String member, String eventId) {
        Event event = event("{" + INSTANCE_CHANGE + "," + member + "}");
        assertThat(event.id()).isEqualTo("app:" + eventId);
        assertThat(event.identity().naturalKey()).isEqualTo("app:c:bpms_instance_change:p:finish");
        assertThat(event.identity().window()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"eventId\":\"\"",
                "\"eventId\":null",
                "\"eventId\":{\"id\":1}",
                "\"eventId\":[\"e\"]",
                "\"EVENTID\":\"e\"",
                "\"EventId\":\"e\"",
                "\"eventid\":\"e\""
            })
    void whatIsNoEventIdLeavesTheNaturalKey(String member) {
        Event event = event("{" + INSTANCE_CHANGE + "," + member + "}");
        assertThat(event.id()).isEqualTo("app:c:bpms_instance_change:p:finish");
        assertThat(event.identity().naturalKey()).isEqualTo(event.id());
        assertThat(event.identity().window()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\uFEFF",
                "success",
                "{",
                "{}",
                "[]",
                "null",
                "\"EventType\"",
                "{\"EventType\":\"t\"}x",
                "{\"EventType\":\"t\"}{\"EventType\":\"t\"}",
                "{'EventType':'t'}",
                "{\"EventType\":\"\"}",
                "{\"EventType\":null}",
                "{\"EventType\":1}",
                "{\"EventType\":[\"t\"]}",
                "{\"eventType\":\"t\"}",
                "{\"eventtype\":\"t\"}",
                "{\"EventType\":\"t\",}",
                "{\"EventType\":\"t\",\"a\":NaN}",
                "{\"EventType\":\"t\"/**/}",
                "{\"EventType\":\"a\nb\"}"
            })
    void whatIsNoEventIsRefused(String callback) {
        assertThatThrownBy(() -> event(callback)).isInstanceOf(NotAnEvent.class);
    }

    @ParameterizedTest
    @CsvSource({
        "bpms_instance_change,processInstanceId",
        "bpms_instance_change,type",
        "bpms_task_change,processInstanceId",
        "bpms_task_change,type",
    })
    void eventThatLacksAPartHasNoNaturalKey(String type, String missing) {
        String json = "{\"EventType\":\"" + type + "\",\"processInstanceId\":\"p\",\"type\":\"finish\",\"taskId\":7}";
        assertThat(event(json).identity().naturalKey()).isNotNull();
        for (String other : List.of("\"\"", "null", "{}", "[\"p\"]")) {
            String lacking = json.replaceFirst("(\"" + missing + "\"):[^,}]*", "$1:" + other);
            assertThat(lacking).isNotEqualTo(json);
            Identity identity = event(lacking).identity();
            assertThat(identity.naturalKey()).isNull();
            assertThat(identity.eventId()).startsWith("app::" + type + ":sha256:");
            assertThat(identity.window()).isEqualTo(Duration.ofMinutes(10));
        }
    }

    @Test
    void taskIdIsTheSameAsNumberAndAsText() {
        String json =
                "{\"EventType\":\"bpms_task_change\",\"processInstanceId\":\"p\",\"type\":\"start\",\"taskId\":%s}";
        assertThat(event(json.formatted("90935001")).id())
                .isEqualTo("app::bpms_task_change:p:90935001:start")
                .isEqualTo(event(json.formatted("\"90935001\"")).id())
                .isEqualTo(event(json.formatted("90935001.0")).id());
    }

    @Test
    void secondTaskOfAnApproverIsAnotherEvent() {
        String json = "{\"EventType\":\"bpms_task_change\",\"processInstanceId\":\"p\",\"staffId\":\"s\",%s}";
        assertThat(List.of(
                        event(json.formatted("\"type\":\"start\",\"taskId\":1,\"createTime\":1"))
                                .id(),
                        event(json.formatted("\"type\":\"start\",\"taskId\":2,\"createTime\":2"))
                                .id(),
                        event(json.formatted("\"type\":\"finish\",\"taskId\":1,\"createTime\":1"))
                                .id(),
                        event(json.formatted("\"type\":\"start\",\"createTime\":1"))
                                .id(),
                        event(json.formatted("\"type\":\"start\",\"createTime\":2"))
                                .id(),
                        event(json.formatted("\"type\":\"finish\",\"createTime\":2,\"result\":\"agree\""))
                                .id(),
                        event(json.formatted("\"type\":\"finish\",\"createTime\":2,\"finishTime\":\"agree\""))
                                .id()))
                .doesNotHaveDuplicates()
                .contains("app::bpms_task_change:p:s:finish:2::agree", "app::bpms_task_change:p:s:finish:2:agree:");
    }

    @Test
    void commentIsNamedByItsAuthorTimeAndText() {
        String key = "app::bpms_task_change:p:s:5:comment:" + Texts.hex(Sha256.of("请补充发票"));
        assertThat(naturalKeyOfComment("\"content\":\"请补充发票\",\"remark\":\"x\""))
                .isEqualTo(key);
        assertThat(naturalKeyOfComment("\"remark\":\"请补充发票\"")).isEqualTo(key);
        assertThat(naturalKeyOfComment("\"content\":\"\",\"remark\":\"请补充发票\",\"taskId\":7"))
                .isEqualTo(key);
        assertThat(naturalKeyOfComment("\"content\":\"请补充\"")).isNotEqualTo(key);
        assertThat(naturalKeyOfComment("\"content\":\"\\uD800\""))
                .isNotEqualTo(naturalKeyOfComment("\"content\":\"?\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\":1", "\"content\":\"\"", "\"content\":null,\"remark\":\"\"", "\"taskId\":7"})
    void commentWithoutTextHasNoNaturalKey(String members) {
        assertThat(naturalKeyOfComment(members)).isNull();
    }

    private static @Nullable String naturalKeyOfComment(String members) {
        return event(
                        "{\"EventType\":\"bpms_task_change\",\"processInstanceId\":\"p\",\"staffId\":\"s\",\"createTime\":5,"
                                + "\"type\":\"comment\"," + members + "}")
                .identity()
                .naturalKey();
    }

    @Test
    void configuredNaturalKeyReplacesTheBuiltInOne() {
        var rules = Map.of("bpms_instance_change", new EventTypeRules(List.of("a.b", "n"), null, null));
        String json = "{\"EventType\":\"bpms_instance_change\",\"processInstanceId\":\"p\",\"type\":\"start\",%s}";
        assertThat(event(rules, json.formatted("\"a\":{\"b\":true},\"n\":-1.50"))
                        .id())
                .isEqualTo("app::bpms_instance_change:true:-1.5");
        assertThat(event(rules, json.formatted("\"a\":{\"c\":1},\"n\":1"))
                        .identity()
                        .naturalKey())
                .isNull();
        assertThat(event(rules, json.formatted("\"a.b\":1,\"n\":1")).identity().naturalKey())
                .isNull();
        assertThat(event(rules, json.formatted("\"a\":[{\"b\":1}],\"n\":1"))
                        .identity()
                        .naturalKey())
                .isNull();
    }

    @Test
    void emptyNaturalKeyMeansNone() {
        var rules = Map.of("bpms_instance_change", new EventTypeRules(List.of(), Duration.ofHours(1), null));
        Identity identity = event(rules, "{" + INSTANCE_CHANGE + "}").identity();
        assertThat(identity.naturalKey()).isNull();
        assertThat(identity.window()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void configuredWindowLeavesTheNaturalKeyAndTheOtherTypes() {
        var rules = Map.of("bpms_instance_change", new EventTypeRules(null, Duration.ofSeconds(5), null));
        assertThat(event(rules, "{" + INSTANCE_CHANGE + "}").identity().naturalKey())
                .isNotNull();
        assertThat(event(rules, "{\"EventType\":\"bpms_instance_change\"}")
                        .identity()
                        .window())
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(event(rules, "{\"EventType\":\"t\"}").identity().window()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void contentIsTheIdentityOfTheRest() {
        Event event = event("{\"EventType\":\"t\",\"CorpId\":\"c\",\"a\":[1,2]}");
        assertThat(event.id())
                .isEqualTo("app:c:t:sha256:" + Texts.hex(event.payload().sha256()))
                .isEqualTo(event(" { \"a\" : [ 1.0, 2 ], \"CorpId\":\"\\u0063\", \"EventType\":\"t\" } ")
                        .id())
                .isNotEqualTo(event("{\"EventType\":\"t\",\"CorpId\":\"c\",\"a\":[2,1]}")
                        .id());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "\"EventTime\":1790000000123|2026-09-21T14:13:20.123Z",
                "\"EventTime\":\"1790000000123\"|2026-09-21T14:13:20.123Z",
                "\"EventTime\":1.790000000123E12|2026-09-21T14:13:20.123Z",
                "\"EventTime\":1790000000|2026-09-21T14:13:20Z",
                "\"EventTime\":\"1790000000\"|2026-09-21T14:13:20Z",
                "\"EventTime\":\"soon\",\"timeStamp\":1790000000123|2026-09-21T14:13:20.123Z",
                "\"createTime\":1,\"TimeStamp\":\"\",\"finishTime\":1790000000123|2026-09-21T14:13:20.123Z",
                "\"timestamp\":1780000000000,\"EventTime\":1790000000123|2026-09-21T14:13:20.123Z",
                "\"gmt_modified\":1790000000123|2026-09-21T14:13:20.123Z"
            })
    void timeIsReadFromItsNamesInTheirOrder(String members, Instant time) {
        assertThat(event("{\"EventType\":\"t\"," + members + "}").occurredAt()).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1790000000123",
                "\"2026-09-21 00:00:19\"",
                "1790000000123.5",
                "946684799999",
                "4102444800001",
                "17900000001234",
                "9223372036854775808",
                "1e400",
                "true",
                "{}",
                "[1790000000123]",
                "\"１７９００００００００００\""
            })
    void whatIsNoTimeOfThisCenturyIsNone(String time) {
        assertThat(event("{\"EventType\":\"t\",\"EventTime\":" + time + "}").occurredAt())
                .isNull();
    }

    /** Otherwise all events with an empty id would be one, and one with such a time could not be stored. */
    @Test
    void whatAnEntranceKnowsOnlyInNameItDoesNotKnow() {
        String data = "{\"CorpId\":\"x\",\"processInstanceId\":\"p\",\"type\":\"start\",\"EventTime\":1790000000123}";
        Metadata metadata = new Metadata("bpms_instance_change", "", "", Instant.MAX);

        Event event = new EventReader(Map.of()).read("app", metadata, data, DELIVERY);

        assertThat(event)
                .extracting(Event::id, Event::corpId, Event::occurredAt)
                .containsExactly("app:x:bpms_instance_change:p:start", "x", Instant.ofEpochMilli(1790000000123L));
    }

    @Test
    void aTextIsReadAsItsBytesAre() {
        String data = "{\"title\":\"差旅报销 \ud83d\ude4f\",\"n\":1.50}";
        EventReader reader = new EventReader(Map.of());
        Metadata metadata = new Metadata("t", null, "c", null);

        Event event = reader.read("app", metadata, data, DELIVERY);

        assertThat(event.identity())
                .isEqualTo(reader.read("app", metadata, data.getBytes(UTF_8), DELIVERY)
                        .identity());
        assertThat(event.payload().jsonb()).isEqualTo(data);
    }

    @Test
    void entranceKnowsBetterThanThePayload() {
        byte[] data =
                "{\"CorpId\":\"x\",\"eventId\":\"x\",\"EventTime\":1790000000123,\"EventType\":\"x\"}".getBytes(UTF_8);
        Instant born = Instant.parse("2026-01-01T00:00:00Z");
        EventReader reader = new EventReader(Map.of());
        Event event = reader.read("app", new Metadata("t", "e", "c", born), data, DELIVERY);
        assertThat(event)
                .extracting(Event::type, Event::id, Event::corpId, Event::occurredAt)
                .containsExactly("t", "app:e", "c", born);
        Event own = reader.read("app", new Metadata("inner_app_status_change", "e", null, null), data, DELIVERY);
        assertThat(own)
                .extracting(Event::id, Event::corpId, Event::occurredAt)
                .containsExactly("app:x", "x", Instant.ofEpochMilli(1790000000123L));
        assertThat(reader.read("app", new Metadata("t", "e", null, null), "7".getBytes(UTF_8), DELIVERY)
                        .corpId())
                .isEmpty();
    }

    @Test
    void overlongTextsAreCutAndDifferentOnesStayDifferent() {
        String longText = "差".repeat(183) + "\uD83D\uDE80".repeat(200);
        String json = "{\"EventType\":\"%1$s\",\"CorpId\":\"%1$s\",\"eventId\":\"%2$s\"}";
        Event event = event(json.formatted(longText, longText.repeat(2)));
        Event other = event(json.formatted(longText + "x", longText.repeat(2) + "x"));
        assertThat(event.type())
                .hasSize(255)
                .startsWith("差".repeat(183) + "%sha256:")
                .isNotEqualTo(other.type());
        assertThat(event.corpId()).hasSize(255).isNotEqualTo(other.corpId());
        assertThat(event.id()).hasSizeBetween(511, 512).isNotEqualTo(other.id());
        assertThat(List.of(event.type(), event.corpId(), event.id())).allMatch(Texts::isStorable);

        Identity content = event(json.formatted(longText, "")).identity();
        assertThat(content.eventId()).hasSizeBetween(487, 488);
        assertThat(content.eventId())
                .isNotEqualTo(event(json.formatted(longText + "x", "")).id());
    }

    @Test
    void overlongNaturalKeyIsCutAndDifferentOnesStayDifferent() {
        String json = "{\"EventType\":\"todo_task_create\",\"taskId\":\"%s\"}";
        Identity identity = event(json.formatted("7".repeat(600))).identity();
        assertThat(identity.naturalKey()).hasSize(512).isEqualTo(identity.eventId());
        assertThat(identity.eventId())
                .isNotEqualTo(event(json.formatted("7".repeat(601))).id());
    }

    @Test
    void whatADatabaseCannotStoreIsReplacedInTheColumnsAndEscapedInTheId() {
        Event event = event("{\"EventType\":\"t\\u0000\",\"CorpId\":\"c\\ud800\",\"eventId\":\"\\u0000\\udc00\"}");
        assertThat(event.type()).isEqualTo("t\uFFFD");
        assertThat(event.corpId()).isEqualTo("c\uFFFD");
        assertThat(event.id()).isEqualTo("app:%00%uDC00");
    }

    private static Event event(String callback) {
        return event(Map.of(), callback);
    }

    private static Event event(Map<String, EventTypeRules> rules, String callback) {
        List<Event> events = new EventReader(rules).read("app", callback.getBytes(UTF_8), DELIVERY);
        assertThat(events).hasSize(1);
        return events.get(0);
    }
}
