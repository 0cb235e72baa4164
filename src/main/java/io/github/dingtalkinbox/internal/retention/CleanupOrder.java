package io.github.dingtalkinbox.internal.retention;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf the cleanup runs. It is written down with what is removed.
 *
 * @param operator who: a person, or {@code schedule}
 * @param origin from where: host and process
 * @param reason why
 * @param olderThan how long rows are kept instead of {@code inbox.retention.events} and {@code inbox.retention.duplicates}; null: as
 *     long as those say. Event types with a time of their own keep it
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
