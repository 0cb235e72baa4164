package io.github.dingtalkinbox.internal.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.json.Texts;
import io.github.dingtalkinbox.internal.json.Utf8;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A push with many elements is as many events. */
class SyncHttpPushTest {
    private static final String ELEMENT = "{\"subscribe_id\":\"s\",\"corp_id\":\"c\",\"biz_type\":14,\"biz_id\":\"b\","
            + "\"gmt_modified\":1790000000000,\"biz_data\":\"{}\",\"status\":0}";

    @Test
    void elementIsNamedByItsKeyVersionAndContent() {
        Event event = events(push(ELEMENT)).get(0);
        assertThat(event.id())
                .isEqualTo("app:c:SYNC_HTTP_PUSH_HIGH:s:14:b:1790000000000:" + Texts.hex(Sha256.of("{}")));
        assertThat(event.identity().naturalKey()).isNull();
        assertThat(event.identity().window()).isNull();
        assertThat(event.corpId()).isEqualTo("c");
        assertThat(event.occurredAt()).isEqualTo(Instant.ofEpochMilli(1790000000000L));
        assertThat(event.payload().jsonb()).isEqualTo(ELEMENT);
    }

    @Test
    void newerVersionIsAnotherEventAndTheSameVersionIsNot() {
        List<Event> events = events(push(
                ELEMENT,
                ELEMENT.replace("1790000000000", "1790000000001"),
                ELEMENT.replace("\"{}\"", "\"[]\""),
                ELEMENT.replace("\"status\":0", "\"status\":1")));
        assertThat(events.stream().map(Event::id).distinct()).hasSize(3);
        assertThat(events.get(3).identity()).isEqualTo(events.get(0).identity());
        assertThat(events.get(3).payload().sameAs(events.get(0).payload())).isFalse();
    }

    @Test
    void versionsOfOneObjectAreInOrder() {
        String otherObject = ELEMENT.replace("\"b\"", "\"d\"");
        List<Event> events = events(push(ELEMENT, ELEMENT.replace("1790000000000", "1790000000001"), otherObject));
        assertThat(events)
                .extracting(Event::orderingKey)
                .containsExactly(
                        "c:subscribe_id=s:biz_type=14:biz_id=b",
                        "c:subscribe_id=s:biz_type=14:biz_id=b",
                        "c:subscribe_id=s:biz_type=14:biz_id=d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"subscribe_id", "biz_type", "biz_id"})
    void elementThatNamesNoObjectNeedsNoOrder(String missing) {
        assertThat(events(push(ELEMENT.replace(missing, "x"))).get(0).orderingKey())
                .isNull();
    }

    @Test
    void configuredOrderIsThatOfTheElements() {
        var rules = Map.of("SYNC_HTTP_PUSH_HIGH", new EventTypeRules(null, null, List.of("biz_type")));
        assertThat(events(rules, push(ELEMENT)).get(0).orderingKey()).isEqualTo("c:biz_type=14");
    }

    @ParameterizedTest
    @ValueSource(strings = {"subscribe_id", "biz_type", "biz_id", "gmt_modified", "biz_data"})
    void elementThatLacksAFieldIsNamedByItsContent(String missing) {
        Event event = events(push(ELEMENT.replace(missing, "x"))).get(0);
        assertThat(event.id())
                .isEqualTo("app:c:SYNC_HTTP_PUSH_HIGH:sha256:"
                        + Texts.hex(event.payload().sha256()));
        assertThat(event.identity().window()).isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\"}",
                "{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"bizData\":[]}",
                "{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"bizData\":null}",
                "{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"bizData\":\"[{}]\"}",
                "{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"bizData\":{\"bizData\":[{}]}}",
                "{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"x\":{\"bizData\":[1]}}",
                "{\"EventType\":\"OTHER\",\"bizData\":[1,2]}"
            })
    void pushWithoutElementsIsOneEvent(String push) {
        assertThat(events(push)).singleElement().satisfies(event -> {
            assertThat(event.id()).contains(":sha256:");
            assertThat(event.orderingKey()).isNull();
            assertThat(event.payload().jsonb()).isEqualTo(push);
        });
    }

    @Test
    void elementMayBeAnything() {
        List<Event> events = events(push("1", "\"x\"", "null", "true", "[[1],{}]", "{}", "-1.5e3", "[]"));
        assertThat(events.stream().map(e -> e.payload().jsonb()))
                .containsExactly("1", "\"x\"", "null", "true", "[[1],{}]", "{}", "-1.5e3", "[]");
        assertThat(events.stream().map(Event::id)).doesNotHaveDuplicates().allMatch(id -> id.contains(":sha256:"));
    }

    @Test
    void elementsOfAllArraysOfTheNameAreRead() {
        String push =
                "{\"bizData\":[1,2],\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"biz\\u0044ata\":[3],\"bizData\":{\"a\":[4]}}";
        assertThat(events(push).stream().map(e -> e.payload().jsonb())).containsExactly("1", "2", "3");
    }

    @Test
    void byteOrderMarkIsNoPartOfAnElement() {
        Event event = events("\uFEFF" + push(ELEMENT)).get(0);
        assertThat(event.payload().jsonb()).isEqualTo(ELEMENT);
        assertThat(event.payload().raw()).isNull();
    }

    @Test
    void elementKeepsTheBytesThatJsonbCannotHold() {
        String twice = "{ \"a\":1,\t\"a\":2 }";
        String zero = "{\"a\":\"\\u0000差\"}";
        List<Event> events = events(push(twice, ELEMENT, zero));
        assertThat(events.get(0).payload().raw()).asString(UTF_8).isEqualTo(twice);
        assertThat(events.get(1).payload().raw()).isNull();
        assertThat(events.get(2).payload().raw()).asString(UTF_8).isEqualTo(zero);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void elementIsReadAsItStandsWhereverItStands(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            List<String> elements = new ArrayList<>();
            StringBuilder push = new StringBuilder("{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"x\":\"")
                    .append("差".repeat(random.nextInt(9000)))
                    .append("\",\"bizData\":[");
            for (int n = 1 + random.nextInt(60); n > 0; n--) {
                String element = RandomJson.text(random, 3, random.nextInt(20) == 0 ? 9000 : 12);
                elements.add(element);
                push.append(RandomJson.space(random)).append(element).append(RandomJson.space(random));
                push.append(n == 1 ? ']' : ',');
            }
            push.append(RandomJson.space(random)).append(",\"y\":1}");
            assertThat(events(push.toString()).stream().map(SyncHttpPushTest::text))
                    .containsExactlyElementsOf(elements);
        }
    }

    private static String text(Event element) {
        byte[] raw = element.payload().raw();
        return raw == null ? element.payload().jsonb() : Utf8.decode(raw);
    }

    private static String push(String... elements) {
        return "{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"bizData\":[" + String.join(", ", elements) + "]}";
    }

    private static List<Event> events(String push) {
        return events(Map.of(), push);
    }

    private static List<Event> events(Map<String, EventTypeRules> rules, String push) {
        Delivery delivery = new Delivery(Transport.HTTP, Instant.parse("2026-09-21T13:33:21Z"), null);
        return new EventReader(rules).read("app", push.getBytes(UTF_8), delivery);
    }
}
