package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.operations.Lease;
import io.github.dingtalkinbox.service.operations.PastAction;
import io.github.dingtalkinbox.service.operations.ProcessedDetails;
import io.github.dingtalkinbox.service.operations.QueuedDetails;
import io.github.dingtalkinbox.service.operations.QueuedDetails.Neighbour;
import io.github.dingtalkinbox.service.operations.QueuedEntry;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows everything that is known of one event. One report prints one event. */
final class EventReport {
    private static final String INDENTATION = "  ";

    private final PrintWriter out;
    private final TextTable facts = TextTable.ofFacts();

    EventReport(PrintWriter out) {
        this.out = out;
    }

    void print(QueuedDetails details) {
        QueuedEntry entry = details.entry();
        title(details.event());
        row("state", entry.state() + ", since " + QueueReport.time(entry.changedAt()));
        row("failed attempts", String.valueOf(entry.attempts()));
        row("next attempt", QueueReport.time(entry.nextAttemptAt()));
        row("being processed", lease(details.lease()));
        row("queued at", QueueReport.time(entry.queuedAt()) + (details.isLateCopy() ? ", as a late copy" : ""));
        row("ordering key", details.orderingKey());
        neighbours("blocked by", details.before());
        neighbours("blocks", details.behind());
        event(details.event());
        actions(details.actions());
        facts.print(out);
        text("error", entry.error());
        payload(details.event());
    }

    void print(ProcessedDetails details) {
        Event event = details.event();
        title(event);
        row("state", "processed; its transaction began at " + QueueReport.time(details.processedAt()));
        event(event);
        actions(details.actions());
        facts.print(out);
        payload(event);
    }

    private void title(Event event) {
        out.println(Printable.line(event.id()));
        out.println();
    }

    private static String lease(@Nullable Lease lease) {
        return lease == null
                ? "no"
                : "it or another event of its ordering key, by " + lease.holder() + ", until "
                        + QueueReport.time(lease.until()) + " at the latest";
    }

    private void neighbours(String name, List<Neighbour> neighbours) {
        if (neighbours.isEmpty()) {
            row(name, "none");
            return;
        }
        String label = name;
        for (Neighbour neighbour : neighbours) {
            row(label, neighbour.eventId() + " (" + neighbour.state() + ")");
            label = "";
        }
    }

    private void event(Event event) {
        row("event type", event.type());
        row("app", event.app());
        row("organisation", event.corpId());
        row("natural key", event.identity().naturalKey());
        row("occurred at", QueueReport.time(event.occurredAt()));
        String source = event.delivery().sourceAddress();
        row(
                "received at",
                QueueReport.time(event.delivery().receivedAt()) + " by "
                        + event.delivery().transport().name().toLowerCase(Locale.ROOT)
                        + (source == null ? "" : " from " + source));
    }

    private void actions(List<PastAction> actions) {
        String label = "operators";
        for (PastAction action : actions) {
            row(
                    label,
                    QueueReport.time(action.actedAt()) + " " + done(action.action()) + " (was " + action.stateBefore()
                            + ") by " + action.operator() + ", " + action.origin() + ": " + action.reason());
            label = "";
        }
    }

    /** As the console says it. */
    private static String done(String action) {
        return switch (action) {
            case "replay" -> "replayed";
            case "discard" -> "discarded";
            case "drop" -> "removed from the queue";
            case "repeat" -> "handlers run again";
            default -> action;
        };
    }

    private void payload(Event event) {
        text("payload", event.payload().json().toPrettyString());
        if (event.payload().raw() != null) {
            out.println();
            out.println(
                    "The payload is not exactly as it was sent, because PostgreSQL cannot store this JSON unchanged."
                            + " The exact bytes are in the column payload_raw.");
        }
    }

    private void text(String name, @Nullable String text) {
        if (text != null) {
            out.println();
            out.println(INDENTATION + name);
            lines(text).forEach(line -> out.println(INDENTATION + INDENTATION + line));
        }
    }

    static Stream<String> lines(String text) {
        return text.lines().map(Printable::line);
    }

    private void row(String name, @Nullable String value) {
        facts.add(name, value == null ? "-" : value);
    }
}
