package io.github.dingtalkinbox.internal.approval;

import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value from the latest of several events. An event without a time is earlier than all others; of several at the same
 * time, the one with the greatest id counts.
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

    /**
     * The same rule in SQL, to merge the row {@code excluded} into the row {@code old}.
     *
     * @param at column of the time
     * @param eventId column of the event
     * @param columns that the latest event sets, including these two
     */
    static String assignments(String at, String eventId, String... columns) {
        String isLater = """
                old.%2$s is null
                  or (coalesce(excluded.%1$s, '-infinity'), excluded.%2$s collate "C")
                   > (coalesce(old.%1$s, '-infinity'), old.%2$s collate "C")""".formatted(at, eventId);
        return Stream.of(columns)
                .map(c -> "%1$s = case when %2$s then excluded.%1$s else old.%1$s end".formatted(c, isLater))
                .collect(Collectors.joining(",\n"));
    }
}
