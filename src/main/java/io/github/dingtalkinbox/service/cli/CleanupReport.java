package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.retention.RetentionReport;
import io.github.dingtalkinbox.internal.retention.RetentionReport.Removal;
import java.io.PrintWriter;
import java.util.List;

/** What a cleanup removed, for people. */
final class CleanupReport {
    private final PrintWriter out;

    CleanupReport(PrintWriter out) {
        this.out = out;
    }

    void print(RetentionReport report, boolean isDryRun) {
        List<Removal> removals =
                report.removals().stream().filter(r -> r.rows() > 0).toList();
        if (!removals.isEmpty()) {
            TextTable table = TextTable.withHeadings(List.of("table", "event type", "day (UTC)", "rows", "archive"))
                    .alignRight(3);
            removals.forEach(r ->
                    table.add(r.table(), r.eventType(), r.day(), r.rows(), r.archive() == null ? "" : r.archive()));
            table.print(out);
        }
        out.println((isDryRun ? "Would be removed: " : "Removed: ") + report.rows());
        report.problems().forEach(out::println);
        out.flush();
    }
}
