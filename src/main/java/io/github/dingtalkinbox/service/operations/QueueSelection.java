package io.github.dingtalkinbox.service.operations;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which queued events are meant: those that fit all of it.
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
        Set<String> states) {
    /** The states of queued events. */
    public static final Set<String> STATES = Set.of("pending", "retrying", "dead", "discarded");

    public QueueSelection {
        eventIds = List.copyOf(eventIds);
        states = Set.copyOf(states);
        Collection<String> unknown =
                states.stream().filter(s -> !STATES.contains(s)).toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Not a state: " + unknown);
        }
    }

    /** Whether it names events, and says nothing more of them but their states. */
    boolean isOnlyIds() {
        return !eventIds.isEmpty() && type == null && from == null && to == null;
    }
}
