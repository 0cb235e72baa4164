package io.github.dingtalkinbox.service.console;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;

/** Formats times and durations for people, in the language of the visitor. Templates can only call public methods. */
record Times(ZoneId zone, MessageSource messages) {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);
    private static final DateTimeFormatter SHORT = DateTimeFormatter.ofPattern("MM-dd HH:mm", Locale.ROOT);
    private static final String NONE = "–";
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    public String at(@Nullable Instant time) {
        return time == null ? NONE : SHOWN.format(time.atZone(zone));
    }

    String brief(Instant time) {
        return SHORT.format(time.atZone(zone));
    }

    /** In two units at most. */
    public String length(@Nullable Duration duration) {
        if (duration == null) {
            return NONE;
        }
        if (duration.isNegative()) {
            return "−" + length(duration.negated());
        }
        if (duration.toMillis() < 1000) {
            return say("length.ms", duration.toMillis());
        }
        if (duration.toMinutes() < 1) {
            return say("length.s", String.format(Locale.ROOT, "%.2f", duration.toMillis() / 1000.0));
        }
        if (duration.toHours() < 1) {
            return say("length.min", duration.toMinutes(), duration.toSecondsPart());
        }
        return duration.toDays() < 1
                ? say("length.h", duration.toHours(), duration.toMinutesPart())
                : say("length.d", duration.toDays(), duration.toHoursPart());
    }

    /** The name of the time zone. */
    public String zoneText() {
        return zone.normalized().equals(ZoneOffset.UTC) ? say("zone.utc") : say("zone", zone);
    }

    private String say(String key, Object... numbers) {
        Object[] texts = Stream.of(numbers).map(String::valueOf).toArray();
        return messages.getMessage(key, texts, LocaleContextHolder.getLocale());
    }

    /** The value of an input of type {@code datetime-local}; null if it is empty or not a time. */
    @Nullable
    Instant read(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            Instant time = LocalDateTime.parse(text.strip()).atZone(zone).toInstant();
            return isPossible(time) ? time : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Whether it has a year of four digits: PostgreSQL does not know all times that Java knows. */
    static boolean isPossible(Instant time) {
        return !time.isBefore(EARLIEST) && time.isBefore(LATEST);
    }
}
