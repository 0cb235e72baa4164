package io.github.dingtalkinbox.internal.identity;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an entrance knows of an event besides its payload: from the headers of a Stream frame, or from an entry in the
 * list of failed callbacks.
 *
 * @param eventType DingTalk's {@code eventType} or {@code call_back_tag}
 * @param eventId null, or empty, if the entrance has none
 * @param corpId null, or empty, if the entrance has none: then the payload may name it
 * @param occurredAt null if the entrance has none: then the payload may name it. A time at which no event can have happened
 *     counts as none
 */
public record Metadata(
        String eventType,
        @Nullable String eventId,
        @Nullable String corpId,
        @Nullable Instant occurredAt) {
    private static final Pattern MILLISECONDS = Pattern.compile("\\d{13}");

    public Metadata {
        eventId = presentOrNull(eventId); // all events with an empty id would be one
        corpId = presentOrNull(corpId);
        occurredAt = occurredAt == null || !Identities.isPlausible(occurredAt) ? null : occurredAt;
    }

    /** The time that a text of 13 digits gives, in milliseconds since 1970; null for any other text. */
    public static @Nullable Instant time(String millis) {
        return MILLISECONDS.matcher(millis).matches() ? Instant.ofEpochMilli(Long.parseLong(millis)) : null;
    }

    private static @Nullable String presentOrNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
