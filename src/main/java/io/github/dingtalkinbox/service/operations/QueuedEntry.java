package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a queued event.
 *
 * @param attempts that failed
 * @param nextAttemptAt when it may be tried; null if it is dead or discarded
 * @param queuedAt by the database's clock
 * @param changedAt when its state last changed, by the database's clock
 * @param error of the last attempt, in a list only its first line; null if none failed
 */
public record QueuedEntry(
        String eventId,
        String corpId,
        String type,
        QueueState state,
        int attempts,
        @Nullable Instant nextAttemptAt,
        Instant queuedAt,
        Instant changedAt,
        @Nullable String error) {
    /** Its place in the list. */
    public QueuePosition position() {
        return new QueuePosition(queuedAt, eventId);
    }
}
