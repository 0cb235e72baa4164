package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.identity.Metadata;
import io.github.dingtalkinbox.internal.json.JsonText;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An element of the list of failed callbacks: {@code {"<tag>": {"corpid": …, "<wrapper>": {…}}, "call_back_tag":
 * "<tag>", "event_time": <ms>}}, or with the fields of the event directly under the tag (DingTalk's page
 * "obtain-the-event-list-of-failed-push-messages": the first form in its table, both in its example). No document shows
 * an {@code eventId} in it. If there is one, as in the pushed copy, it counts.
 *
 * @param metadata what surrounds the event
 * @param data the event itself, as it was in the answer
 */
record FailedCallback(Metadata metadata, JsonText data) {
    /** For approvals, changes of roles, and everything else. */
    private static final List<String> WRAPPERS = List.of("bpmsCallBackData", "roleLabelChange", "callbackData");

    /** @throws UnreadableAnswer if it has another form */
    static FailedCallback read(JsonText element) {
        JsonNode tag = element.json().path("call_back_tag");
        if (!tag.isString() || tag.stringValue().isEmpty()) {
            throw new UnreadableAnswer("has no call_back_tag");
        }
        List<JsonText> tagged = element.members(tag.stringValue());
        if (tagged.size() != 1 || !tagged.get(0).json().isObject()) {
            throw new UnreadableAnswer("does not have exactly one object under the name in call_back_tag");
        }
        JsonText data = unwrapped(tagged.get(0));
        Metadata metadata = new Metadata(
                tag.stringValue(),
                text(data.json().path("eventId")),
                text(tagged.get(0).json().path("corpid")),
                time(element.json().path("event_time")));
        return new FailedCallback(metadata, data);
    }

    private static @Nullable String text(JsonNode value) {
        return value.isString() && !value.stringValue().isEmpty() ? value.stringValue() : null;
    }

    private static JsonText unwrapped(JsonText tagged) {
        for (String wrapper : WRAPPERS) {
            List<JsonText> inner = tagged.members(wrapper);
            if (inner.size() == 1 && inner.get(0).json().isObject()) {
                return inner.get(0);
            }
        }
        return tagged;
    }

    private static @Nullable Instant time(JsonNode eventTime) {
        return eventTime.isValueNode() ? Metadata.time(eventTime.asString()) : null;
    }

    /**
     * The event. If its content is its only identity, that identity has no window: the content includes the millisecond
     * in which it happened, so equal content cannot be another occurrence, and a page may be received again long after
     * the first time.
     */
    Event event(String app, EventReader reader, Delivery delivery) {
        Event event = reader.read(app, metadata, data.bytes(), delivery);
        boolean isForEver = event.identity().window() != null && metadata.occurredAt() != null;
        return isForEver ? event.withId(event.id()) : event;
    }
}
