package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.cli.Cli.UsageException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;

/** Parses times as people write them. */
final class PointInTime {
    private PointInTime() {}

    /**
     * In this machine's time zone, unless the text names another.
     *
     * @throws UsageException if it is not a time
     */
    static Instant read(String option, String text) {
        return read(option, text, ZoneId.systemDefault(), "in this machine's time zone");
    }

    /**
     * In a time zone, unless the text names another.
     *
     * @throws UsageException if it is not a time
     */
    static Instant read(String option, String text, ZoneId zone) {
        return read(option, text, zone, "in the time zone " + zone);
    }

    private static Instant read(String option, String text, ZoneId zone, String where) {
        try {
            TemporalAccessor time = text.contains("T")
                    ? DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from)
                    : LocalDate.parse(text).atStartOfDay();
            return time instanceof LocalDateTime local ? local.atZone(zone).toInstant() : Instant.from(time);
        } catch (DateTimeParseException e) {
            throw new UsageException(option + " is not a time: \"" + text + "\". Write 2026-11-24T03:00:00Z, or"
                    + " 2026-11-24T03:00 or 2026-11-24 " + where + ".");
        }
    }
}
