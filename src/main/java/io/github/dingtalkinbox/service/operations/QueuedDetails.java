package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.store.QueueState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is known of a queued event.
 *
 * @param orderingKey that of the event, or its id if it has none
 * @param isLateCopy whether it was queued because its delivery had to be answered while its handlers still ran
 * @param lease of its ordering key; null: no event of that key is being processed
 * @param before the events that it waits behind; at most {@value #MOST_NEIGHBOURS}
 * @param behind the events that wait behind it; at most {@value #MOST_NEIGHBOURS}, less those before it
 * @param actions what operators did with it
 */
public record QueuedDetails(
        QueuedEntry entry,
        Event event,
        String orderingKey,
        boolean isLateCopy,
        @Nullable Lease lease,
        List<Neighbour> before,
        List<Neighbour> behind,
        List<PastAction> actions) {
    static final int MOST_NEIGHBOURS = 100;

    /** Another event of the same ordering key. */
    public record Neighbour(String eventId, QueueState state) {}
}
