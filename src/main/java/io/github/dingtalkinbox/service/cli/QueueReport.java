package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.operations.QueuedEntry;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The events in the queue, for people: a table, times in UTC. */
final class QueueReport {
    private static final int LONGEST_ERROR = 120;
    private static final Pattern PACKAGE = Pattern.compile("^(?:[a-z][a-z0-9_]*\\.)+(?=[A-Z])");
    private static final List<String> HEADINGS =
            List.of("event id", "type", "state", "attempts", "next attempt", "queued at", "error");

    private final PrintWriter out;

    QueueReport(PrintWriter out) {
        this.out = out;
    }

    void list(List<QueuedEntry> entries) {
        if (entries.isEmpty()) {
            out.println("No queued event matches.");
            return;
        }
        TextTable table = TextTable.withHeadings(HEADINGS);
        entries.forEach(e -> table.add(row(e)));
        table.print(out);
    }

    private static Object[] row(QueuedEntry entry) {
        return new Object[] {
            entry.eventId(),
            entry.type(),
            entry.state(),
            entry.attempts(),
            time(entry.nextAttemptAt()),
            time(entry.queuedAt()),
            entry.error() == null ? "" : Printable.line(withoutPackage(entry.error()), LONGEST_ERROR)
        };
    }

    /** An error begins with the name of its class. */
    private static String withoutPackage(String error) {
        return PACKAGE.matcher(error).replaceFirst("");
    }

    static String time(@Nullable Instant instant) {
        return instant == null ? "-" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
