package io.github.dingtalkinbox.internal.retention;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A day of a table from which rows are to be removed.
 *
 * @param day its start, UTC
 * @param rows how many, by event type; the type is empty if the table has no types
 */
record DueDay(RetentionTable table, Instant day, SortedMap<String, Long> rows) {
    List<String> types() {
        return List.copyOf(rows.keySet());
    }

    /** The same day with these types only. */
    DueDay only(List<String> types) {
        SortedMap<String, Long> left = new TreeMap<>(rows);
        left.keySet().retainAll(types);
        return new DueDay(table, day, left);
    }
}
