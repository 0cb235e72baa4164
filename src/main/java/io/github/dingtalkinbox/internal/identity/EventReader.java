package io.github.dingtalkinbox.internal.identity;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Events;
import io.github.dingtalkinbox.NotAnEvent;
import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.internal.json.JsonText;
import io.github.dingtalkinbox.internal.json.Utf8;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Reads what DingTalk delivered into events, and gives each its identity and its ordering key.
 *
 * <p>Never refuses an event because of its content, only because of its form.
 */
public final class EventReader implements Events {
    private static final String ELEMENTS = "bizData";

    private final Identities identities;

    /** @param rules what differs from the built-in rules, by event type */
    public EventReader(Map<String, EventTypeRules> rules) {
        this.identities = new Identities(rules);
    }

    @Override
    public List<Event> read(String app, byte[] callback, Delivery delivery) {
        Payload payload = Payload.read(callback);
        JsonNode json = payload.asSent();
        if (!json.isObject()) {
            throw new NotAnEvent("it is JSON, but not an object");
        }
        String type = json.path("EventType").stringValue("");
        if (type.isEmpty()) {
            throw new NotAnEvent("it has no string EventType, or an empty one");
        }
        if (type.startsWith(NaturalKeys.SYNC_HTTP_PUSH)) {
            // The elements of every array of this name, taken unchanged from the text.
            String push = JsonText.withoutMark(Utf8.decode(callback));
            List<Event> elements = JsonText.memberTexts(push, ELEMENTS).stream()
                    .flatMap(member -> JsonText.elementTexts(member).stream())
                    .map(text -> identities.identifyElement(app, type, json, Payload.read(text), delivery))
                    .toList();
            if (!elements.isEmpty()) {
                return elements;
            }
        }
        return List.of(identities.identify(app, type, payload, delivery));
    }

    /**
     * Reads a payload whose other data the entrance knows.
     *
     * @throws NotAnEvent if the payload is not JSON
     */
    public Event read(String app, Metadata metadata, byte[] data, Delivery delivery) {
        return identities.identify(app, metadata, Payload.read(data), delivery, false);
    }

    /** The same for a payload that is a text already, as in a Stream frame. */
    public Event read(String app, Metadata metadata, String data, Delivery delivery) {
        return identities.identify(app, metadata, Payload.read(data), delivery, false);
    }
}
