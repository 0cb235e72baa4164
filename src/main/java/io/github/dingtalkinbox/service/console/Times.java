package io.github.dingtalkinbox.service.console;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Times and durations, as people read and write them. Templates call methods that are public only. */
record Times(ZoneId zone) {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("MM-dd HH:mm", Locale.ROOT);
    private static final String NONE = "–";

    public String at(@Nullable Instant time) {
        return time == null ? NONE : SHOWN.format(time.atZone(zone));
    }

    String brief(Instant time) {
        return SHORT.format(time.atZone(zone));
    }

    /** Of two units at most. */
    public String length(@Nullable Duration duration) {
        if (duration == null) {
            return NONE;
        }
        if (duration.isNegative()) {
            return "−" + length(duration.negated());
        }
        if (duration.toMillis() < 1000) {
            return duration.toMillis() + " ms";
        }
        if (duration.toMinutes() < 1) {
            return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
        }
        if (duration.toHours() < 1) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        return duration.toDays() < 1
                ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
                : duration.toDays() + " d " + duration.toHoursPart() + " h";
    }

    /** What an input of type {@code datetime-local} holds; null if it is empty, or no time. */
    @Nullable
    Instant read(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return LocalDateTime.parse(text.strip()).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
