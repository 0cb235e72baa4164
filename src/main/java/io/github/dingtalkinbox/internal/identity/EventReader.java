package io.github.dingtalkinbox.internal.identity;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Identity;
import io.github.dingtalkinbox.NotAnEvent;
import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.internal.json.JsonReading;
import io.github.dingtalkinbox.internal.json.JsonText;
import io.github.dingtalkinbox.internal.json.Texts;
import io.github.dingtalkinbox.internal.json.Utf8;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * Reads what DingTalk delivered into events, and gives each its identity and its ordering key.
 *
 * <p>Never refuses an event for what it contains: whatever is an event by its form is read.
 *
 * <p>Safe for use by many threads.
 */
public final class EventReader {
    /** What the types begin with whose events bring many elements. */
    static final String SYNC_HTTP_PUSH = "SYNC_HTTP_PUSH_";

    private static final int LONGEST_TYPE = 256;
    private static final int LONGEST_CORP_ID = 256;
    private static final String ELEMENTS = "bizData";

    private final Identities identities;
    private final OrderingKeys orderingKeys;

    /** @param rules what differs from the built-in rules, by event type */
    public EventReader(Map<String, EventTypeRules> rules) {
        this.identities = new Identities(rules);
        this.orderingKeys = new OrderingKeys(rules);
    }

    /**
     * Reads a decrypted callback: one event, or as many as a {@code SYNC_HTTP_PUSH_*} has elements.
     *
     * @param app the name of the app in the configuration whose callback it is
     * @return at least one event
     * @throws NotAnEvent if it is no JSON object with a non-empty string {@code EventType}
     */
    public List<Event> read(String app, byte[] callback, Delivery delivery) {
        String text = Utf8.decode(callback);
        Payload payload = Payload.read(text);
        JsonNode json = payload.asSent();
        if (!json.isObject()) {
            throw new NotAnEvent("it is JSON, but no object");
        }
        JsonNode type = json.path("EventType");
        if (!type.isString() || type.stringValue().isEmpty()) {
            throw new NotAnEvent("it has no non-empty string EventType");
        }
        Metadata metadata = new Metadata(type.stringValue(), EventFields.eventId(json), null, null);
        if (metadata.eventType().startsWith(SYNC_HTTP_PUSH)) {
            List<Event> elements = elements(app, metadata.eventType(), payload, JsonText.withoutMark(text), delivery);
            if (!elements.isEmpty()) {
                return elements;
            }
        }
        return List.of(event(app, metadata, payload, delivery));
    }

    /**
     * Reads the payload of an event about which the entrance knows the rest.
     *
     * @throws NotAnEvent if the payload is not JSON
     */
    public Event read(String app, Metadata metadata, byte[] data, Delivery delivery) {
        return event(app, metadata, Payload.read(Utf8.decode(data)), delivery);
    }

    private Event event(String app, Metadata metadata, Payload payload, Delivery delivery) {
        String corpId = metadata.corpId() == null ? EventFields.corpId(payload.asSent()) : metadata.corpId();
        return event(app, metadata, corpId, identities.of(app, corpId, metadata, payload), payload, delivery);
    }

    private Event event(
            String app, Metadata metadata, String corpId, Identity identity, Payload payload, Delivery delivery) {
        Instant occurredAt = metadata.occurredAt();
        return new Event(
                app,
                column(corpId, LONGEST_CORP_ID),
                column(metadata.eventType(), LONGEST_TYPE),
                identity,
                orderingKeys.of(corpId, metadata.eventType(), payload.asSent()),
                occurredAt == null ? EventFields.occurredAt(payload.asSent()) : occurredAt,
                delivery,
                payload);
    }

    private List<Event> elements(String app, String type, Payload whole, String push, Delivery delivery) {
        Metadata metadata = new Metadata(type, null, null, null);
        List<Event> events = new ArrayList<>();
        for (String element : elementTexts(push)) {
            Payload payload = Payload.read(element);
            String own = EventFields.corpId(payload.asSent());
            String corpId = own.isEmpty() ? EventFields.corpId(whole.asSent()) : own;
            Identity identity = identities.ofSyncElement(app, corpId, metadata, payload);
            events.add(event(app, metadata, corpId, identity, payload, delivery));
        }
        return events;
    }

    /** The elements of every array of this name, as they stand in the text: each keeps what it says, none is lost. */
    private static List<String> elementTexts(String push) {
        List<String> texts = new ArrayList<>();
        try (JsonParser parser = JsonReading.parser(push)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isElements = parser.currentName().equals(ELEMENTS);
                if (parser.nextToken() == JsonToken.START_ARRAY && isElements) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        texts.add(JsonText.valueText(parser, push));
                    }
                } else {
                    parser.skipChildren();
                }
            }
        }
        return texts;
    }

    private static String column(@Nullable String text, int maxLength) {
        return text == null ? "" : Texts.shorten(Texts.sanitise(text), maxLength);
    }
}
