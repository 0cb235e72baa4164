package io.github.dingtalkinbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What makes two deliveries the same event.
 *
 * @param eventId equal on every delivery of the event; at most {@value #MAX_LENGTH} characters. With a {@code window}
 *     it is only the hash of the content, and becomes {@code <hash id>@<first seen>} once the database has decided that
 *     this is a new occurrence
 * @param naturalKey the second identity, made of the business fields, for event types that have a precise one. It joins
 *     an event that arrives once with an {@code eventId} and once without
 * @param window for an identity that is only a content hash: how long an equal content is the same event, because it
 *     may legitimately come again later. Null for every other identity
 */
public record Identity(
        String eventId,
        @Nullable String naturalKey,
        @Nullable Duration window) {
    /** The longest event id or natural key, in characters; a longer one is cut and completed by its SHA-256. */
    public static final int MAX_LENGTH = 512;

    /** The longest id of a content: an {@code @} and 23 characters of time come behind it. */
    public static final int MAX_CONTENT_LENGTH = 488;

    public Identity {
        requireLength("event id", eventId, window == null ? MAX_LENGTH : MAX_CONTENT_LENGTH);
        if (naturalKey != null) {
            requireLength("natural key", naturalKey, MAX_LENGTH);
        }
        if (window != null && (window.isNegative() || window.isZero())) {
            throw new IllegalArgumentException("The window of an identity must be positive, but is " + window);
        }
    }

    private static void requireLength(String what, String value, int maxLength) {
        if (value.isEmpty() || value.length() > maxLength) {
            throw new IllegalArgumentException(
                    "The " + what + " must have 1 to " + maxLength + " characters, but has " + value.length());
        }
    }
}
