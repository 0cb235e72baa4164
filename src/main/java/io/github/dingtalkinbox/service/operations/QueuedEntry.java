package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a queued event stands.
 *
 * @param attempts that have failed
 * @param nextAttemptAt when it may be tried; null if it is dead or discarded
 * @param queuedAt when it was queued, by the database's clock
 * @param changedAt when its state last changed, by the database's clock
 * @param error what the last attempt failed with, in a list only the first line of it; null if none has failed
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
