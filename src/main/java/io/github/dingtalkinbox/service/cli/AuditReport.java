package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.audit.InvariantFindings;
import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.audit.JournalFindings;
import io.github.dingtalkinbox.service.audit.SentEvent;
import io.github.dingtalkinbox.service.verification.SealFindings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The findings of an audit, for people. */
final class AuditReport {
    private static final int SHOWN = 20;
    private static final Map<String, String> STATES = Map.of(
            "pending", "accepted, not tried yet",
            "retrying", "accepted, failed, will be retried",
            "dead", "accepted, failed and not retried any more: needs an operator",
            "discarded", "discarded by an operator");

    private final PrintWriter out;

    AuditReport(PrintWriter out) {
        this.out = out;
    }

    void print(Path journal, JournalFindings findings) {
        out.println("Journal " + journal + ": " + findings.deliveries() + " deliveries of " + findings.events()
                + " events" + (findings.cutOff() == 0 ? "" : ", " + findings.cutOff() + " lines cut off"));
        out.println();
        TextTable counts = counts();
        counts.add("answered success", findings.answered(), "events");
        counts.add("processed", findings.processed());
        findings.queued().forEach((state, count) -> counts.add(state, count, STATES.getOrDefault(state, "")));
        counts.add("lost", findings.lost().size());
        counts.add("twice", findings.twice().size());
        counts.print(out);
        list(
                "Lost: answered success, but not in the database (searched what was received since " + findings.since()
                        + "):",
                findings.lost());
        list("Twice: more than once in the database:", findings.twice());
        out.println();
    }

    void print(List<InvariantFindings> invariants) {
        out.println("Consistency checks (each must find nothing):");
        out.println();
        TextTable counts = counts();
        invariants.forEach(query -> counts.add(query.name(), query.rows().size(), query.more() ? "and more" : ""));
        counts.print(out);
        invariants.stream().filter(query -> !query.isEmpty()).forEach(query -> {
            out.println();
            out.println(query.name() + ": " + query.question());
            query.rows().forEach(row -> out.println("  " + Printable.line(text(row))));
        });
        out.flush();
    }

    void print(SealFindings findings) {
        out.println();
        out.println("Seals of the event log:");
        out.println();
        TextTable counts = counts();
        counts.add("seals", findings.seals(), findings.sealedUpTo() == null ? "" : "up to " + findings.sealedUpTo());
        counts.add("events sealed", findings.events());
        counts.add(
                "removed by the cleanup",
                findings.removed(),
                findings.removedUpTo() == null ? "" : "events, up to " + findings.removedUpTo());
        counts.add("changed, added or removed", findings.first().size() + findings.more());
        counts.print(out);
        findings.findings().forEach(finding -> out.println("    " + finding));
        if (findings.more() > 0) {
            out.println("    and " + findings.more() + " more");
        }
        if (findings.head() != null) {
            out.println();
            out.println("Latest seal; keep a copy elsewhere: " + findings.head());
        }
        out.flush();
    }

    void printUnchecked(long seals) {
        if (seals > 0) {
            out.println();
            out.println("The " + seals + " seals of the event log were not checked: use --seals, with inbox.seal.key.");
            out.flush();
        }
    }

    private void list(String title, List<JournalEntry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        out.println();
        out.println(title);
        entries.stream().limit(SHOWN).forEach(entry -> out.println("  " + Printable.line(text(entry))));
        if (entries.size() > SHOWN) {
            out.println("  and " + (entries.size() - SHOWN) + " more");
        }
    }

    private static String text(JournalEntry entry) {
        SentEvent event = entry.event();
        String task = event.taskId().isEmpty() ? "" : " task " + event.taskId();
        return event.eventId() + "  " + event.eventType() + " " + event.processInstanceId() + task + " " + event.type()
                + ", answered " + entry.answeredAt() + " by " + entry.url();
    }

    private static String text(Map<String, Object> row) {
        return row.entrySet().stream().map(c -> c.getKey() + "=" + c.getValue()).collect(Collectors.joining("  "));
    }

    private static TextTable counts() {
        return TextTable.ofFacts().alignRight(1);
    }
}
