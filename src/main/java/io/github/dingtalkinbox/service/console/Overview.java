package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.queue.QueueLevels.QueueDepth;
import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of the overview. Templates can only call public methods.
 *
 * @param at when they were read
 * @param traffic step by step
 * @param gaps between events and their duplicates, the smallest first
 * @param queue by state
 * @param sinceCleanup time since a run last removed everything that was due; null: never
 * @param health as the actuator reports it
 */
record Overview(
        Instant at,
        List<TrafficStep> traffic,
        List<Gap> gaps,
        Map<QueueState, QueueDepth> queue,
        @Nullable Duration sinceCleanup,
        String health) {
    public long events() {
        return traffic.stream().mapToLong(TrafficStep::events).sum();
    }

    public long duplicates() {
        return traffic.stream().mapToLong(TrafficStep::duplicates).sum();
    }

    /** The share of duplicates among all deliveries, from 0 to 1. */
    public double share() {
        long deliveries = events() + duplicates();
        return deliveries == 0 ? 0 : (double) duplicates() / deliveries;
    }

    public QueueDepth dead() {
        return queue.getOrDefault(QueueState.DEAD, QueueDepth.EMPTY);
    }

    public long waiting() {
        return level(QueueState.PENDING).depth() + level(QueueState.RETRYING).depth();
    }

    public Duration oldest() {
        Duration pending = level(QueueState.PENDING).age();
        Duration retrying = level(QueueState.RETRYING).age();
        return pending.compareTo(retrying) > 0 ? pending : retrying;
    }

    private QueueDepth level(QueueState state) {
        return queue.getOrDefault(state, QueueDepth.EMPTY);
    }

    /**
     * A step of time.
     *
     * @param p50 of the handlers' times, in milliseconds; null: unknown
     * @param p95 likewise
     */
    record TrafficStep(
            String time,
            long events,
            long duplicates,
            @Nullable Double p50,
            @Nullable Double p95) {}

    /**
     * A range of gaps.
     *
     * @param from its lower end, in milliseconds
     */
    record Gap(double from, long duplicates) {}
}
