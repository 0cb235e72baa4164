package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event that is processed or waits in the queue, as far as a duplicate of it needs it.
 *
 * @param receivedAt when its first delivery had arrived
 * @param isLateCopy whether it waits because that delivery was answered while its processing still ran
 */
record FirstDelivery(
        String eventId, @Nullable String naturalKey, Instant receivedAt, ByteBuffer payloadSha256, boolean isLateCopy) {
    /** As which this event has just been inserted. */
    static FirstDelivery of(Event event) {
        return new FirstDelivery(
                event.id(),
                event.identity().naturalKey(),
                event.delivery().receivedAt(),
                ByteBuffer.wrap(event.payload().sha256()),
                false);
    }
}
