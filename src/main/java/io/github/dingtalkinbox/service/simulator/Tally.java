package io.github.dingtalkinbox.service.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;

/** Counts how the deliveries were answered. Safe for use by many threads. */
final class Tally {
    private static final int SHOWN_IN_DETAIL = 5;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger givenUp = new AtomicInteger();
    private final Map<String, Integer> refused = new ConcurrentHashMap<>();
    private final List<String> firstRefused = new ArrayList<>();
    private final ConcurrentHistogram nanos = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

    void answered() {
        answered.incrementAndGet();
    }

    void refused(Object eventId, RefusedReply refusal) {
        refused.merge(refusal.reason(), 1, Integer::sum);
        synchronized (firstRefused) {
            if (firstRefused.size() < SHOWN_IN_DETAIL) {
                firstRefused.add("event " + eventId + ": " + refusal.reason() + "; " + refusal.detail());
            }
        }
    }

    void givenUp() {
        givenUp.incrementAndGet();
    }

    void took(long duration) {
        nanos.recordValue(duration);
    }

    int answeredSoFar() {
        return answered.get();
    }

    int givenUpSoFar() {
        return givenUp.get();
    }

    Map<String, Integer> refusedByReason() {
        var sorted = new LinkedHashMap<String, Integer>();
        refused.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .forEachOrdered(e -> sorted.put(e.getKey(), e.getValue()));
        return sorted;
    }

    List<String> firstRefused() {
        synchronized (firstRefused) {
            return List.copyOf(firstRefused);
        }
    }

    /** Null if nothing was answered. */
    SimulationResult.@Nullable Latency latency() {
        return nanos.getTotalCount() == 0
                ? null
                : new SimulationResult.Latency(
                        percentile(50), percentile(95), percentile(99), Duration.ofNanos(nanos.getMaxValue()));
    }

    private Duration percentile(double percent) {
        return Duration.ofNanos(nanos.getValueAtPercentile(percent));
    }
}
