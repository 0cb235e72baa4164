package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.json.Texts;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of an approval event, read leniently: DingTalk sends an id as a number here and as a text there, and empty
 * texts for what it does not know.
 */
record ApprovalFields(JsonNode json) {
    static final int LONGEST_KEY = 200;

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("3000-01-01T00:00:00Z");

    /** A text or number; null if it is missing, blank, or something else. */
    @Nullable
    String text(String name) {
        JsonNode value = json.get(name);
        if (value == null || !(value.isString() || value.isNumber())) {
            return null;
        }
        String text = value.asString();
        return text.isBlank() ? null : text;
    }

    /** A time in milliseconds since 1970, as a number or a text of digits; null if it is missing or makes no sense. */
    @Nullable
    Instant time(String name) {
        String millis = text(name);
        if (millis == null) {
            return null;
        }
        try {
            return sensible(Instant.ofEpochMilli(Long.parseLong(millis)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** When an approval or a task ended, if this event of it says that it did: its finishTime, else the event's own time. */
    @Nullable
    Instant endedAt(Event event) {
        Instant finishedAt = time("finishTime");
        return finishedAt != null ? finishedAt : sensible(event.occurredAt());
    }

    /** The time, or null if no approval can be from then: such a time would win or lose against every real one. */
    static @Nullable Instant sensible(@Nullable Instant time) {
        return time == null || time.isBefore(EARLIEST) || !time.isBefore(END) ? null : time;
    }

    /**
     * A text as part of a primary key: itself, or if it is too long its beginning and its SHA-256. PostgreSQL refuses index
     * rows of more than 2704 bytes; three parts of this length stay below, whatever their characters.
     */
    static String key(String text) {
        return Texts.shorten(text, LONGEST_KEY, "");
    }
}
