package io.github.dingtalkinbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What makes two deliveries the same event.
 *
 * @param eventId the same on every delivery of the event; at most {@value #MAX_LENGTH} characters. With a {@code
 *     window} it is only the hash of the content, and becomes {@code <hash id>@<first seen>} once the database has
 *     decided that this is a new occurrence
 * @param naturalKey a second identity, made of business fields, for event types that have a precise one. It connects
 *     deliveries of an event with and without an {@code eventId}
 * @param window for an identity that is only a content hash: how long equal content is the same event, because it may
 *     legitimately occur again later. Null for every other identity
 */
public record Identity(
        String eventId,
        @Nullable String naturalKey,
        @Nullable Duration window) {
    /**
     * The maximum length of an event id or natural key, in characters; a longer one is shortened and ends with its
     * SHA-256.
     */
    public static final int MAX_LENGTH = 512;

    /** The maximum length of the hash id of a content, before {@code @} and 23 characters of time are appended. */
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
