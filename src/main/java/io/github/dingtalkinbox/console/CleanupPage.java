package io.github.dingtalkinbox.console;

import io.github.dingtalkinbox.audit.Audit;
import io.github.dingtalkinbox.retention.CleanupOrder;
import io.github.dingtalkinbox.retention.Retention;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** The cleanup: what it has removed, what it would remove now, and a run at once. */
final class CleanupPage {
    private static final Logger log = LoggerFactory.getLogger(CleanupPage.class);
    private static final String PATH = "/cleanup";
    private static final Duration SHOWN = Duration.ofDays(90);

    private final Retention retention;
    private final Audit audit;
    private final Executor executor;
    private final Clock clock;
    private final Layout layout;

    CleanupPage(Retention retention, Audit audit, Executor executor, Clock clock, Layout layout) {
        this.retention = retention;
        this.audit = audit;
        this.executor = executor;
        this.clock = clock;
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET(PATH, this::show).GET(PATH + "/plan", this::plan).POST(PATH + "/run", this::run);
    }

    private ServerResponse show(ServerRequest request) {
        Instant now = clock.instant();
        Map<String, Object> model = new TreeMap<>();
        model.put(
                "runs",
                audit.report(
                        "cleanups",
                        now.minus(SHOWN),
                        now.plus(Duration.ofDays(1)),
                        layout.times().zone()));
        retention.sinceCompleted().ifPresent(since -> model.put("since", since));
        return layout.show(request, "cleanup", model);
    }

    private ServerResponse plan(ServerRequest request) {
        return layout.show(request, "cleanup :: plan", Map.of("plan", retention.plan(null)));
    }

    /** It may take hours; what has come of it stands on the page. */
    private ServerResponse run(ServerRequest request) {
        String reason = Filter.text(request, "reason");
        if (reason == null) {
            Notice.refused("notice.reason").leave(request);
            return Layout.seeOther(request, PATH);
        }
        Visitor visitor = Visitor.of(request);
        CleanupOrder order = new CleanupOrder(visitor.name(), visitor.origin(), reason, null);
        executor.execute(() -> clean(order));
        new Notice("notice.started", true, List.of()).leave(request);
        return Layout.seeOther(request, PATH);
    }

    private void clean(CleanupOrder order) {
        try {
            var report = retention.runOnce(order);
            log.info(
                    "The cleanup that {} asked for has removed {} rows: {} {}",
                    order.operator(),
                    report.rows(),
                    report.outcome(),
                    String.join(" ", report.problems()));
        } catch (DataAccessException e) {
            log.error("The cleanup that {} asked for has failed", order.operator(), e);
        }
    }
}
