package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.retention.CleanupOrder;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.retention.RetentionReport;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.service.audit.Audit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The cleanup: what it removed, what it would remove now, and a button to run it. */
final class CleanupPage {
    private static final Logger log = LoggerFactory.getLogger(CleanupPage.class);
    private static final String PATH = "/cleanup";
    private static final Duration SHOWN = Duration.ofDays(90);

    private final Retention retention;
    private final AuditCleanups cleanups;
    private final Audit audit;
    private final LatestRun<RetentionReport> latest;
    private final Clock clock;
    private final Layout layout;

    CleanupPage(
            Retention retention, AuditCleanups cleanups, Audit audit, Executor executor, Clock clock, Layout layout) {
        this.retention = retention;
        this.cleanups = cleanups;
        this.audit = audit;
        this.latest = new LatestRun<>(executor, clock);
        this.clock = clock;
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET(PATH, this::show)
                .GET(PATH + "/plan", this::plan)
                .GET(PATH + "/result", this::result)
                .POST(PATH + "/run", this::run);
    }

    private ServerResponse show(ServerRequest request) {
        return layout.show(request, "cleanup", outcome());
    }

    /** The runs, including one that is in progress. */
    private Map<String, Object> outcome() {
        Instant now = clock.instant();
        Map<String, Object> model = new TreeMap<>();
        model.put(
                "runs",
                audit.report(
                        "cleanups",
                        now.minus(SHOWN),
                        now.plus(Duration.ofDays(1)),
                        layout.times().zone()));
        model.put("latest", latest.state());
        cleanups.sinceCompleted().ifPresent(since -> model.put("since", since));
        return model;
    }

    private ServerResponse plan(ServerRequest request) {
        return layout.show(request, "cleanup :: plan", Map.of("plan", retention.plan(null)));
    }

    private ServerResponse result(ServerRequest request) {
        return layout.show(request, "cleanup :: result", outcome());
    }

    /** It may take hours, so the page shows the result later. */
    private ServerResponse run(ServerRequest request) {
        String reason = Filter.text(request, "reason");
        if (reason == null) {
            Notice.refused("notice.reason").leave(request);
            return Layout.seeOther(request, PATH);
        }
        if (layout.wasSent(request)) {
            Notice.refused("notice.sent").leave(request);
            return Layout.seeOther(request, PATH);
        }
        Visitor visitor = Visitor.of(request);
        CleanupOrder order = new CleanupOrder(visitor.name(), visitor.origin(), reason, null);
        boolean isStarted = latest.start(() -> clean(order));
        new Notice(isStarted ? "notice.started" : "notice.running", isStarted, List.of()).leave(request);
        return Layout.seeOther(request, PATH);
    }

    private RetentionReport clean(CleanupOrder order) {
        RetentionReport report = retention.runOnce(order);
        log.info(
                "The cleanup started by {} removed {} rows: {} {}",
                Printable.line(order.operator()),
                report.rows(),
                report.outcome(),
                String.join(" ", report.problems()));
        return report;
    }
}
