package io.github.dingtalkinbox.internal.approval;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the latest of several events says. An event without a time is earlier than all that have one; of several at one
 * time, the one whose id is the greatest counts.
 *
 * @param at the time of the event
 */
record Latest<V>(V value, @Nullable Instant at, String eventId) {
    /** The later of two, either of which may be missing. */
    static <V> @Nullable Latest<V> of(@Nullable Latest<V> one, @Nullable Latest<V> other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isAfter(other) ? one : other;
    }

    private boolean isAfter(Latest<V> other) {
        int order =
                at == null || other.at == null ? Boolean.compare(at != null, other.at != null) : at.compareTo(other.at);
        return order != 0 ? order > 0 : Extremes.compareBytes(eventId, other.eventId) > 0;
    }
}
