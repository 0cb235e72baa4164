package io.github.dingtalkinbox.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Events for the tests of other features. */
public final class TestEvents {
    private static final EventReader READER = new EventReader(Map.of());

    private TestEvents() {}

    /** The only event in a decrypted callback. */
    public static Event event(String json) {
        return events(json).get(0);
    }

    public static List<Event> events(String json) {
        Delivery delivery = new Delivery(Transport.HTTP, Instant.parse("2026-09-21T00:00:00.123456Z"), "203.119.0.1");
        return READER.read("default", json.getBytes(UTF_8), delivery);
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
