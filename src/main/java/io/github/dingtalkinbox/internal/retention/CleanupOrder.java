package io.github.dingtalkinbox.internal.retention;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who runs the cleanup, and why. It is recorded with what is removed.
 *
 * @param operator a person, or {@code schedule}
 * @param origin host and process
 * @param olderThan replaces {@code inbox.retention.events} and {@code inbox.retention.duplicates}; null: these apply.
 *     Event types with a period of their own keep it
 */
public record CleanupOrder(
        String operator,
        String origin,
        String reason,
        @Nullable Duration olderThan) {
    public CleanupOrder {
        if (operator.isBlank() || origin.isBlank() || reason.isBlank()) {
            throw new IllegalArgumentException("Operator, origin and reason must not be empty, but are \"" + operator
                    + "\", \"" + origin + "\" and \"" + reason + "\"");
        }
    }
}
