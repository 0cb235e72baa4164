package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.service.audit.Audit;
import io.github.dingtalkinbox.service.audit.InvariantFindings;
import io.github.dingtalkinbox.service.audit.Report;
import io.github.dingtalkinbox.service.verification.SealCheck;
import io.github.dingtalkinbox.service.verification.SealFindings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.springframework.core.env.Environment;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Consistency checks, seals and reports. */
final class AuditPage {
    private static final String PATH = "/audit";
    private static final Duration REPORTED = Duration.ofDays(7);

    private final Audit audit;
    private final SealCheck seals;
    private final Environment environment;
    private final LatestRun<List<InvariantFindings>> invariantsRun;
    private final LatestRun<SealFindings> sealsRun;
    private final Clock clock;
    private final Layout layout;

    AuditPage(DataSource dataSource, Environment environment, Executor executor, Clock clock, Layout layout) {
        this.audit = new Audit(dataSource);
        this.seals = new SealCheck(dataSource);
        this.environment = environment;
        this.invariantsRun = new LatestRun<>(executor, clock);
        this.sealsRun = new LatestRun<>(executor, clock);
        this.clock = clock;
        this.layout = layout;
    }

    void addTo(RouterFunctions.Builder routes) {
        routes.GET(PATH, this::show)
                .GET(PATH + "/results", this::results)
                .POST(PATH + "/invariants", request -> start(request, invariantsRun, audit::invariants))
                .POST(PATH + "/seals", request -> start(request, sealsRun, this::verify))
                .GET("/report", this::report);
    }

    private ServerResponse show(ServerRequest request) {
        return layout.show(request, "audit", model());
    }

    private ServerResponse results(ServerRequest request) {
        return layout.show(request, "audit :: results", model());
    }

    private Map<String, Object> model() {
        Map<String, Object> model = new TreeMap<>();
        model.put("invariants", invariantsRun.state());
        model.put("seals", sealsRun.state());
        model.put("sealCount", seals.count());
        model.put("reports", Report.all());
        model.put(
                "isRunning",
                invariantsRun.state().since() != null || sealsRun.state().since() != null);
        return model;
    }

    private SealFindings verify() {
        return seals.verify(SealCheck.keys(environment), List.of(), hour -> {});
    }

    /** If a run is already in progress, its result will be shown. */
    private static <T> ServerResponse start(ServerRequest request, LatestRun<T> latest, Callable<T> run) {
        latest.start(run);
        return Layout.seeOther(request, PATH);
    }

    private ServerResponse report(ServerRequest request) {
        String name = request.param("name").orElse("");
        Report report = Report.all().stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElse(null);
        if (report == null) {
            return ServerResponse.status(HttpStatus.NOT_FOUND).build();
        }
        Times times = layout.times();
        Instant now = clock.instant();
        Instant from = times.read(Filter.text(request, "from"));
        Instant to = times.read(Filter.text(request, "to"));
        Map<String, Object> model = new TreeMap<>();
        model.put("report", report);
        model.put("from", request.param("from").orElse(""));
        model.put("to", request.param("to").orElse(""));
        model.put(
                "answer",
                audit.report(name, from == null ? now.minus(REPORTED) : from, to == null ? now : to, times.zone()));
        return layout.show(request, "report", model);
    }
}
