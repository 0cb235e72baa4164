package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.service.console.AuditHandlingTimes.Percentiles;
import io.github.dingtalkinbox.service.console.Overview.Gap;
import io.github.dingtalkinbox.service.console.Overview.TrafficStep;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;

/**
 * Reads the figures of the overview.
 */
final class OverviewReader {
    private static final int STEPS_OF_TEN = 4;

    private final Views views;
    private final QueueLevels queue;
    private final HealthEndpoint health;
    private final Times times;
    private final Clock clock;

    OverviewReader(Views views, QueueLevels queue, HealthEndpoint health, Times times, Clock clock) {
        this.views = views;
        this.queue = queue;
        this.health = health;
        this.times = times;
        this.clock = clock;
    }

    Overview read(Span span) {
        Instant now = clock.instant();
        Instant from = now.minus(span.length()).truncatedTo(ChronoUnit.MINUTES);
        return new Overview(
                now,
                traffic(span, from, now),
                gaps(from),
                queue.read(),
                views.cleanups().sinceCompleted().orElse(null),
                health.health().getStatus().getCode());
    }

    private List<TrafficStep> traffic(Span span, Instant from, Instant now) {
        Map<Instant, Long> events = views.events().counts(from, span.step());
        Map<Instant, Long> duplicates = views.duplicates().counts(from, span.step());
        Map<Instant, Percentiles> handling = new HashMap<>();
        views.handlingTimes().percentiles(from, span.step()).forEach(p -> handling.put(p.from(), p));
        List<TrafficStep> steps = new ArrayList<>();
        for (Instant at = from; !at.isAfter(now); at = at.plus(span.step())) {
            Percentiles percentiles = handling.get(at);
            steps.add(new TrafficStep(
                    times.brief(at),
                    events.getOrDefault(at, 0L),
                    duplicates.getOrDefault(at, 0L),
                    percentiles == null ? null : percentiles.p50(),
                    percentiles == null ? null : percentiles.p95()));
        }
        return steps;
    }

    /** Includes the empty ranges in between, so that the scale is right. */
    private List<Gap> gaps(Instant from) {
        Map<Integer, Long> found = views.duplicates().gaps(from);
        int last = found.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
        List<Gap> gaps = new ArrayList<>();
        for (int step = 0; step <= last; step++) {
            gaps.add(new Gap(Math.pow(10, (double) step / STEPS_OF_TEN), found.getOrDefault(step, 0L)));
        }
        return gaps;
    }
}
