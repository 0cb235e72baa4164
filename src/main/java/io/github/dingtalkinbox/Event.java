package io.github.dingtalkinbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in DingTalk, as one delivery brought it. Immutable; safe for use by many threads.
 *
 * @param app the name of the app in the configuration whose callback brought it
 * @param corpId the organisation in which it happened; empty if the event names none
 * @param type DingTalk's {@code EventType}, at most 256 characters (a longer one is shortened and ends with its
 *     SHA-256)
 * @param identity what makes two deliveries the same event
 * @param orderingKey queued events with the same ordering key are processed one at a time, in order; at most {@value
 *     Identity#MAX_LENGTH} characters. Null: the event needs no order
 * @param occurredAt when it happened by DingTalk's clock; null if the event does not say
 * @param delivery the arrival that brought it
 * @param payload its content
 */
public record Event(
        String app,
        String corpId,
        String type,
        Identity identity,
        @Nullable String orderingKey,
        @Nullable Instant occurredAt,
        Delivery delivery,
        Payload payload) {

    /** The permanent id of the event, as in {@code processed_events.event_id}. */
    public String id() {
        return identity.eventId();
    }

    /** The same event under the id that the database decided on. For the inbox, not for handlers. */
    public Event withId(String eventId) {
        Identity decided = new Identity(eventId, identity.naturalKey(), null);
        return new Event(app, corpId, type, decided, orderingKey, occurredAt, delivery, payload);
    }
}
