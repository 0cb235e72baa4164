package io.github.dingtalkinbox.service.console;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far the overview looks back, and in which steps. */
enum Span {
    DAY(Duration.ofDays(1), Duration.ofMinutes(30)),
    WEEK(Duration.ofDays(7), Duration.ofHours(3)),
    MONTH(Duration.ofDays(30), Duration.ofHours(12));

    private final Duration length;
    private final Duration step;

    Span(Duration length, Duration step) {
        this.length = length;
        this.step = step;
    }

    Duration length() {
        return length;
    }

    Duration step() {
        return step;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Span of(@Nullable String key) {
        for (Span span : values()) {
            if (span.key().equals(key)) {
                return span;
            }
        }
        return DAY;
    }
}
