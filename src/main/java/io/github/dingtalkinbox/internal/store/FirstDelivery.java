package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is needed to recognise the duplicates of an event that is processed or waits in the queue.
 *
 * @param receivedAt when its first delivery had arrived
 * @param transport by which it had arrived
 * @param isQueued whether it waits
 * @param isLateCopy whether it waits because that delivery was answered while its processing still ran
 */
record FirstDelivery(
        String eventId,
        @Nullable String naturalKey,
        String corpId,
        String eventType,
        Instant receivedAt,
        Transport transport,
        ByteBuffer payloadSha256,
        boolean isQueued,
        boolean isLateCopy) {
    /** As which this event has just been processed. */
    static FirstDelivery of(Event event) {
        return new FirstDelivery(
                event.id(),
                event.identity().naturalKey(),
                event.corpId(),
                event.type(),
                event.delivery().receivedAt(),
                event.delivery().transport(),
                ByteBuffer.wrap(event.payload().sha256()),
                false,
                false);
    }

    /** Whether another delivery says the same. By Stream, type and organisation are not in the payload. */
    boolean hasContentOf(Event event) {
        return payloadSha256.equals(ByteBuffer.wrap(event.payload().sha256()))
                && eventType.equals(event.type())
                && corpId.equals(event.corpId());
    }
}
