package io.github.dingtalkinbox.internal.identity;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.PayloadPostgresTest;
import io.github.dingtalkinbox.Transport;
import java.nio.charset.Charset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Events for the tests of other features. */
public final class TestEvents {
    private static final EventReader READER = new EventReader(Map.of());

    private static final String MARK_AS_BYTES = "\u00ef\u00bb\u00bf";

    private TestEvents() {}

    /** The only event in a decrypted callback. */
    public static Event event(String json) {
        return events(json).get(0);
    }

    public static List<Event> events(String json) {
        Delivery delivery = new Delivery(Transport.HTTP, Instant.parse("2026-09-21T00:00:00.123456Z"), "203.119.0.1");
        return READER.read("default", json.getBytes(UTF_8), delivery);
    }

    /** One of the many events of an approval; all of them have one ordering key. */
    public static Event taskStarted(String instance, String task, Instant occurredAt, Instant receivedAt) {
        return READER.read(
                        "default",
                        """
                        {"EventType":"bpms_task_change","EventTime":%d,"CorpId":"ding0a1b2c3d4e5f60718","eventId":"%s/%s",
                         "processInstanceId":"%s","taskId":"%s","type":"start","staffId":"manager7001"}
                        """.formatted(occurredAt.toEpochMilli(), instance, task, instance, task)
                                .getBytes(UTF_8),
                        new Delivery(Transport.HTTP, receivedAt, "203.119.0.1"))
                .get(0);
    }

    /** An event that needs no order. */
    public static Event unordered(String id) {
        return event("{\"EventType\":\"check_in\",\"CorpId\":\"ding0a1b2c3d4e5f60718\",\"eventId\":\"" + id + "\"}");
    }

    /** The same event, delivered another time. */
    public static Event deliveredAt(Event event, Instant receivedAt) {
        return new Event(
                event.app(),
                event.corpId(),
                event.type(),
                event.identity(),
                event.orderingKey(),
                event.occurredAt(),
                new Delivery(
                        event.delivery().transport(),
                        receivedAt,
                        event.delivery().sourceAddress()),
                event.payload());
    }

    /** Events whose payloads are hard on a database, each under an id of its own. */
    public static List<Event> awkward() {
        List<Event> events = new ArrayList<>();
        Stream.of(Awkward.FAITHFUL, Awkward.UNFAITHFUL, Awkward.LARGE)
                .flatMap(List::stream)
                .forEach(c -> events.add(c.event().withId("awkward " + events.size() + ": " + c)));
        Stream.of(PayloadPostgresTest.FAITHFUL, PayloadPostgresTest.UNFAITHFUL)
                .flatMap(List::stream)
                .filter(value -> !value.startsWith(MARK_AS_BYTES)) // a byte order mark stands at the beginning only
                .forEach(value -> events.add(Awkward.read(Awkward.callback(value.getBytes(encoding(value))))
                        .withId("value:" + events.size())));
        return events;
    }

    /** The unfaithful ones are given as bytes. */
    private static Charset encoding(String value) {
        return PayloadPostgresTest.UNFAITHFUL.contains(value) ? ISO_8859_1 : UTF_8;
    }

    /** An event that came by HTTP as Stream mode brings it: with its eventId, which every frame has. */
    public static Event streamed(Event http) {
        return streamed(http, http.payload().asSent().path("eventId").asString("frame of " + http.id()));
    }

    /** The same with another eventId than over HTTP, or with one that it has not there. */
    public static Event streamed(Event http, String eventId) {
        Metadata metadata = new Metadata(http.type(), eventId, http.corpId(), http.occurredAt());
        return READER.read(
                http.app(),
                metadata,
                body(http),
                new Delivery(Transport.STREAM, http.delivery().receivedAt(), null));
    }

    /** An event that came by HTTP as it stands in the list of failed callbacks. */
    public static Event polled(Event http) {
        Metadata metadata = new Metadata(http.type(), null, http.corpId(), http.occurredAt());
        return READER.read(
                http.app(),
                metadata,
                body(http),
                new Delivery(Transport.POLL, http.delivery().receivedAt(), null));
    }

    private static String body(Event http) {
        ObjectNode body = (ObjectNode) http.payload().asSent().deepCopy();
        return body.remove(List.of("EventType", "EventTime", "CorpId", "BizId", "eventId"))
                .toString();
    }

    public static Event approvalFinished(String instance) {
        return approvalFinished(instance, "event-of-" + instance);
    }

    public static Event approvalFinished(String instance, @Nullable String eventId) {
        return event("""
                {"EventType":"bpms_instance_change","EventTime":1790000000123,"CorpId":"ding0a1b2c3d4e5f60718",%s
                 "processInstanceId":"%s","createTime":1789990000000,"finishTime":1790000000000,"title":"差旅报销",
                 "type":"finish","result":"agree","staffId":"manager7001"}
                """.formatted(eventId == null ? "" : "\"eventId\":\"" + eventId + "\",", instance));
    }
}
