package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.retention.RetentionReport;
import io.github.dingtalkinbox.internal.retention.RetentionReport.Removal;
import io.github.dingtalkinbox.internal.text.Printable;
import java.io.PrintWriter;
import java.util.List;

/** What a cleanup has removed, for people. */
final class CleanupReport {
    private static final String FORMAT = "  %-22s %-28s %-11s %10s  %s";

    private final PrintWriter out;

    CleanupReport(PrintWriter out) {
        this.out = out;
    }

    void print(RetentionReport report, boolean isDryRun) {
        List<Removal> removals =
                report.removals().stream().filter(r -> r.rows() > 0).toList();
        if (!removals.isEmpty()) {
            line("table", "event type", "day (UTC)", "rows", "");
            removals.forEach(r -> line(
                    r.table(),
                    Printable.line(r.eventType()),
                    r.day(),
                    r.rows(),
                    r.archive() == null ? "" : Printable.line(r.archive())));
        }
        out.println((isDryRun ? "Would be removed: " : "Removed: ") + report.rows());
        report.problems().forEach(out::println);
        out.flush();
    }

    private void line(Object... cells) {
        out.println(FORMAT.formatted(cells).stripTrailing());
    }
}
