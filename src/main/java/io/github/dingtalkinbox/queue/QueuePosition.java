package io.github.dingtalkinbox.queue;

import java.time.Instant;

/**
 * A place in the list of queued events, to go on from; also when the event that stood there is gone.
 *
 * @param queuedAt when the event there was queued
 */
public record QueuePosition(Instant queuedAt, String eventId) {
    /** The place of this event. */
    public static QueuePosition of(QueuedEntry entry) {
        return new QueuePosition(entry.queuedAt(), entry.eventId());
    }
}
