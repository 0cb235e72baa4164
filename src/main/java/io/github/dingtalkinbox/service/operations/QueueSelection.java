package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which queued events are selected: those that match everything.
 *
 * @param eventIds one of these; empty: any
 * @param type the event type; null: any
 * @param from queued at this time, by the database's clock, or later; null: at any
 * @param to queued before this time; null: at any
 * @param states one of these; empty: any
 */
public record QueueSelection(
        List<String> eventIds,
        @Nullable String type,
        @Nullable Instant from,
        @Nullable Instant to,
        Set<QueueState> states) {
    public QueueSelection {
        eventIds = List.copyOf(eventIds);
        states = Set.copyOf(states);
    }

    /** Whether it selects by id, without any other filter than states. */
    boolean isOnlyIds() {
        return !eventIds.isEmpty() && type == null && from == null && to == null;
    }
}
