package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.service.audit.SentEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An event and how often it has been delivered. Safe for use by many threads. */
final class PlayedEvent {
    private final int number;
    private final Map<String, Object> fields;
    private final AtomicInteger deliveries = new AtomicInteger();

    /** @param number of the event in its run */
    PlayedEvent(int number, Map<String, Object> fields) {
        this.number = number;
        this.fields = fields;
    }

    int number() {
        return number;
    }

    /** Counts one more delivery. */
    int nextDelivery() {
        return deliveries.incrementAndGet();
    }

    Map<String, Object> fields() {
        return fields;
    }

    Map<String, Object> fieldsInOtherOrder() {
        var names = new ArrayList<>(fields.keySet());
        Collections.reverse(names);
        var reversed = new LinkedHashMap<String, Object>();
        names.forEach(name -> reversed.put(name, fields.get(name)));
        return reversed;
    }

    SentEvent sent() {
        return new SentEvent(
                text("eventId"),
                text("CorpId"),
                text("EventType"),
                text("processInstanceId"),
                text("taskId"),
                text("type"));
    }

    private String text(String name) {
        return String.valueOf(fields.getOrDefault(name, ""));
    }
}
