package io.github.dingtalkinbox.internal.telemetry.metrics;

import io.github.dingtalkinbox.internal.queue.QueueLevels.QueueDepth;
import io.github.dingtalkinbox.internal.store.QueueState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * How much is in the queue, and for how long. Not a number while the database does not tell.
 *
 * <p>Safe for use by many threads.
 */
final class QueueMeters {
    private final LatestLevels<Map<QueueState, QueueDepth>> levels;

    /** Registers them; they last as long as somebody holds this object. */
    QueueMeters(LatestLevels<Map<QueueState, QueueDepth>> levels, MeterRegistry registry) {
        this.levels = levels;
        for (QueueState state : QueueState.OPEN) {
            Gauge.builder(InboxMeters.name("queue.depth"), this, queue -> queue.value(state, QueueDepth::depth))
                    .description("Events in the queue")
                    .tag("state", InboxMeters.word(state))
                    .register(registry);
            TimeGauge.builder(
                            InboxMeters.name("queue.age"),
                            this,
                            TimeUnit.MILLISECONDS,
                            queue -> queue.value(state, level -> millis(level.age())))
                    .description("Time since the oldest event in the queue was queued")
                    .tag("state", InboxMeters.word(state))
                    .register(registry);
        }
    }

    private double value(QueueState state, ToDoubleFunction<QueueDepth> value) {
        return levels.get()
                .map(read -> value.applyAsDouble(read.getOrDefault(state, QueueDepth.EMPTY)))
                .orElse(Double.NaN);
    }

    private static double millis(Duration age) {
        return age.toMillis();
    }
}
