package io.github.dingtalkinbox.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

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
    private static final Delivery DELIVERY = new Delivery(Transport.HTTP, Instant.EPOCH, "203.119.0.1");
    private static final Duration DEFAULT_WINDOW = Duration.ofMinutes(10);
    private static final EventReader READER = new EventReader(Map.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "success",
                "{",
                "[]",
                "\"EventType\"",
                "{}",
                "{\"eventType\":\"check_in\"}",
                "{\"EventType\":\"\"}",
                "{\"EventType\":1}",
                "{\"EventType\":null}",
                "{\"EventType\":{\"a\":1}}",
                "{\"EventType\":\"check_in\"} {}",
                "{\"EventType\":\"check_in\"}x",
                "{\"EventType\":\"check_in\",}",
                "{'EventType':'check_in'}",
                "{\"EventType\":\"check_in\",\"EventType\":\"\"}"
            })
    void refusesWhatIsNoEvent(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(NotAnEvent.class);
    }

    @Test
    void aRefusalSaysWhyAndDoesNotQuoteTheText() {
        assertThatThrownBy(() -> read("{\"SuiteTicket\": secret}"))
                .hasMessageStartingWith("it is not JSON (line 1, column 1")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> read("[]")).hasMessageContaining("no object");
        assertThatThrownBy(() -> read("{}")).hasMessageContaining("EventType");
        assertThatThrownBy(() -> read("{\"EventType\":\"a\"}1")).hasMessageContaining("follows the end");
    }

    @Test
    void ofAFieldSentTwiceTheLastOneCounts() {
        Event event = event("{\"EventType\":\"a\",\"eventId\":\"1\",\"eventId\":\"2\",\"EventType\":\"b\"}");
        assertThat(event.type()).isEqualTo("b");
        assertThat(event.id()).isEqualTo("app:2");
        assertThat(event.payload().raw()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"EventType\":\"t\",\"CorpId\":\"1\",\"corpId\":\"2\",\"corpid\":\"3\"}', 1",
        "'{\"corpId\":\"2\",\"EventType\":\"t\",\"corpid\":\"3\",\"AuthCorpId\":\"4\"}', 2",
        "'{\"EventType\":\"t\",\"AuthCorpId\":\"4\",\"corpid\":\"3\"}', 3",
        "'{\"EventType\":\"t\",\"AuthCorpId\":\"4\",\"corp_id\":\"5\"}', 4",
        "'{\"EventType\":\"t\",\"corp_id\":\"5\"}', 5",
        "'{\"EventType\":\"t\",\"CorpId\":\"\",\"corpId\":\"2\"}', 2",
        "'{\"EventType\":\"t\",\"CORPID\":\"1\"}', ''"
    })
    void readsTheOrganisationByAnOrderedList(String json, String corpId) {
        assertThat(event(json).corpId()).isEqualTo(corpId);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"EventTime\":1790000000123,\"TimeStamp\":1', 2026-09-21T14:13:20.123Z",
        "'\"TimeStamp\":\"1790000000123\"', 2026-09-21T14:13:20.123Z",
        "'\"timeStamp\":1790000000', 2026-09-21T14:13:20Z",
        "'\"timestamp\":\"946684800000\"', 2000-01-01T00:00:00Z",
        "'\"createTime\":1,\"finishTime\":1790000000123', 2026-09-21T14:13:20.123Z",
        "'\"EventTime\":\"soon\",\"createTime\":1790000000123', 2026-09-21T14:13:20.123Z",
        "'\"EventTime\":1.790000000123e12', 2026-09-21T14:13:20.123Z",
        "'\"EventTime\":946684799999',",
        "'\"EventTime\":4102444800001',",
        "'\"EventTime\":-1790000000123',",
        "'\"EventTime\":1e400000000',",
        "'\"EventTime\":{\"time\":1790000000123}',",
        "'\"EventTime\":true',",
        "'\"eventtime\":1790000000123',"
    })
    void readsWhenItHappenedOrNothing(String field, @Nullable Instant occurredAt) {
        assertThat(event("{\"EventType\":\"t\"," + field + "}").occurredAt()).isEqualTo(occurredAt);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"eventId\":\"abc\"', app:abc",
        "'\"eventId\":12', app:12",
        "'\"eventId\":\"a:b@c\"', app:a%3Ab%40c",
        "'\"eventId\":\"\\u0000\\ud800\"', app:%00%uD800"
    })
    void anEventIdIsTheIdentity(String field, String id) {
        assertThat(event("{\"EventType\":\"t\",\"CorpId\":\"c\"," + field + "}").identity())
                .isEqualTo(new Identity(id, null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"eventId\":\"\"",
                "\"eventId\":null",
                "\"eventId\":true",
                "\"eventId\":[\"1\"]",
                "\"EventId\":\"1\"",
                "\"eventid\":\"1\""
            })
    void withoutAnEventIdTheContentIsTheIdentityForAWhile(String field) {
        Event event = event("{\"EventType\":\"t\",\"CorpId\":\"c\"," + field + "}");
        assertThat(event.identity())
                .isEqualTo(new Identity(
                        "app:c:t:sha256:" + Texts.hex(event.payload().sha256()), null, DEFAULT_WINDOW));
    }

    @Test
    void theScopeIsPartOfEveryIdentityWithoutAnEventId() {
        String json = "{\"EventType\":\"user_modify_org\",\"UserId\":[\"1\"]}";
        String other =
                READER.read("other", json.getBytes(UTF_8), DELIVERY).get(0).id();
        assertThat(other)
                .startsWith("other::user_modify_org:sha256:")
                .isNotEqualTo(event(json).id());
    }

    @Test
    void distinctUnstorableIdsStayDistinct() {
        assertThat(List.of("\\u0000", "\\ud800", "\\udc80", "\\ufffd", "?", "%00").stream()
                        .map(id -> event("{\"EventType\":\"t\",\"eventId\":\"" + id + "\"}")
                                .id()))
                .doesNotHaveDuplicates()
                .allMatch(Texts::isStorable);
    }

    @Test
    void nothingIsTooLong() {
        String longText = "🚀".repeat(1000);
        Event event = event("{\"EventType\":\"t" + longText + "\",\"CorpId\":\"" + longText + "\"}");
        assertThat(event.id().length()).isBetween(480, Identity.MAX_CONTENT_LENGTH);
        assertThat(event.type().length()).isBetween(250, 256);
        assertThat(event.corpId().length()).isBetween(250, 256);
        assertThat(event("{\"EventType\":\"t" + longText + "\",\"CorpId\":\"" + longText + "1\"}")
                        .id())
                .isNotEqualTo(event.id());
    }

    @Test
    void columnsTakeWhatTheyCanStore() {
        Event event = event("{\"EventType\":\"a\\u0000b\",\"CorpId\":\"\\ud800c\"}");
        assertThat(event.type()).isEqualTo("a\uFFFDb");
        assertThat(event.corpId()).isEqualTo("\uFFFDc");
        assertThat(event.id()).startsWith("app:%uD800c:a%00b:sha256:");
    }

    @Test
    void theConfigurationReplacesTheNaturalKeyAndTheWindow() {
        EventReader reader = new EventReader(Map.of(
                "meeting_status_change", new EventTypeRules(List.of("openConfModel.conferenceId", "scene"), null),
                "todo_task_create", new EventTypeRules(List.of(), Duration.ofHours(1))));
        String meeting = "{\"EventType\":\"meeting_status_change\",\"CorpId\":\"c\",\"statusSeqNum\":1,"
                + "\"openConfModel\":{\"conferenceId\":\"x\"}%s}";
        assertThat(only(reader, meeting.formatted(",\"scene\":2")).naturalKey())
                .isEqualTo("app:c:meeting_status_change:x:2");
        assertThat(only(reader, meeting.formatted("")).naturalKey()).isNull();
        Identity todo = only(reader, "{\"EventType\":\"todo_task_create\",\"taskId\":\"1\"}");
        assertThat(todo.naturalKey()).isNull();
        assertThat(todo.window()).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a..b", ".a", "a.", "a b", "#a", "?a", "a=b", "a!b", "a|b"})
    void theConfigurationNamesFieldsAndNothingElse(String path) {
        assertThatThrownBy(() -> new EventTypeRules(List.of(path), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("openConfModel.conferenceId")
                .hasMessageContaining("\"" + path + "\"");
    }

    @Test
    void everyElementOfASyncPushIsAnEvent() {
        List<Event> events = read(push("[%s, %s ,%s]".formatted(element(1, "a"), element(2, "b"), "[1, 2]")));
        assertThat(events).extracting(Event::type).containsOnly("SYNC_HTTP_PUSH_MEDIUM");
        assertThat(events)
                .extracting(e -> e.payload().jsonb())
                .containsExactly(element(1, "a"), element(2, "b"), "[1, 2]");
        assertThat(events).extracting(Event::corpId).containsExactly("ding1", "ding1", "");
        assertThat(events.get(0).id())
                .isEqualTo("app:ding1:SYNC_HTTP_PUSH_MEDIUM:s_0:14:433:1:"
                        + "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
        assertThat(events.get(0).identity().naturalKey()).isNull();
        assertThat(events.get(0).identity().window()).isNull();
        assertThat(events.get(2).identity().window()).isEqualTo(DEFAULT_WINDOW);
    }

    @Test
    void aNewerPushOfTheSameObjectIsANewEventAndTheSamePushIsNot() {
        String id = read(push("[" + element(1, "a") + "]")).get(0).id();
        assertThat(read(push("[ " + element(1, "a") + " ]")).get(0).id()).isEqualTo(id);
        assertThat(read(push("[" + element(2, "a") + "]")).get(0).id()).isNotEqualTo(id);
        assertThat(read(push("[" + element(1, "b") + "]")).get(0).id()).isNotEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{}", "null", "\"\"", "1", "[1],\"bizData\":2"})
    void aSyncPushWithoutElementsIsOneEvent(String bizData) {
        List<Event> events = read(push(bizData));
        assertThat(events).hasSize(1);
        assertThat(events.get(0).payload().json().isObject()).isTrue();
        assertThat(events.get(0).identity().window()).isEqualTo(DEFAULT_WINDOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1", "-1.5e3", "\"a]\\\"\"", "null", "true", "[[],{\"a\":[]}]", "{\"biz_id\":1}", "\"\\u0000\""})
    void anElementIsReadFromWhereItStandsInTheText(String element) {
        for (String spaced : List.of("[%s]", "[ %s ]", "[0,%s,0]", "[\n{\"a\":\"]\"} , %s\n, \"x\"]")) {
            assertThat(read(push(spaced.formatted(element))))
                    .extracting(Event::id)
                    .contains(read(push("[" + element + "]")).get(0).id());
        }
    }

    @Test
    void anElementThatJsonbCannotHoldIsKeptWithItsOwnBytes() {
        byte[] push = push("[1,\"\\u0000张\"]").getBytes(UTF_8);
        Event event = READER.read("app", push, DELIVERY).get(1);
        assertThat(requireNonNull(event.payload().raw())).asString(UTF_8).isEqualTo("\"\\u0000张\"");
    }

    @Test
    void aMebibyteOfElementsIsReadInTime() {
        String json = push("[" + "{},".repeat(1 << 18) + "{}]");
        assertThat(assertTimeoutPreemptively(Duration.ofSeconds(5), () -> read(json)))
                .hasSize((1 << 18) + 1);
    }

    @Test
    void whatTheEntranceKnowsGoesBeforeThePayload() {
        Instant born = Instant.ofEpochMilli(1790000000999L);
        String body = "{\"eventId\":\"inner\",\"CorpId\":\"inner\",\"EventTime\":1790000000123}";
        Event frame = frame(new Metadata("check_in", "outer", "outer", born), body);
        assertThat(frame.id()).isEqualTo("app:outer");
        assertThat(frame.corpId()).isEqualTo("outer");
        assertThat(frame.occurredAt()).isEqualTo(born);

        Event bare = frame(new Metadata("check_in", "outer", null, null), body);
        assertThat(bare.corpId()).isEqualTo("inner");
        assertThat(bare.occurredAt()).isEqualTo(Instant.ofEpochMilli(1790000000123L));
    }

    @Test
    void theAppStatusChangeHasItsOwnEventId() {
        Metadata metadata = new Metadata("inner_app_status_change", "outer", "c", null);
        assertThat(frame(metadata, "{\"eventId\":\"inner\"}").id()).isEqualTo("app:inner");
        assertThat(frame(metadata, "{}").id()).isEqualTo("app:outer");
    }

    @Test
    void theTimeBesideAPayloadTellsEqualPayloadsApart() {
        Instant time = Instant.ofEpochMilli(1790000000123L);
        Event first = frame(new Metadata("user_modify_org", null, "c", time), "{\"userid\":[\"1\"]}");
        Event again = frame(new Metadata("user_modify_org", null, "c", time), "{ \"userid\":[\"1\"] }");
        Event later = frame(new Metadata("user_modify_org", null, "c", time.plusMillis(53)), "{\"userid\":[\"1\"]}");
        assertThat(again.identity()).isEqualTo(first.identity());
        assertThat(later.id()).isNotEqualTo(first.id());
        assertThat(later.identity().window()).isEqualTo(DEFAULT_WINDOW);
    }

    private static Event frame(Metadata metadata, String data) {
        return READER.read("app", metadata, data.getBytes(UTF_8), DELIVERY);
    }

    private static String push(String bizData) {
        return "{\"EventType\":\"SYNC_HTTP_PUSH_MEDIUM\",\"bizData\":" + bizData + "}";
    }

    private static String element(int modified, String data) {
        return "{\"biz_type\":14,\"subscribe_id\":\"s_0\",\"gmt_modified\":%d,\"biz_id\":\"433\",\"biz_data\":\"%s\",\"corp_id\":\"ding1\"}"
                .formatted(modified, data);
    }

    private static List<Event> read(String json) {
        return READER.read("app", json.getBytes(UTF_8), DELIVERY);
    }

    private static Event event(String json) {
        List<Event> events = read(json);
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private static Identity only(EventReader reader, String json) {
        return reader.read("app", json.getBytes(UTF_8), DELIVERY).get(0).identity();
    }
}
