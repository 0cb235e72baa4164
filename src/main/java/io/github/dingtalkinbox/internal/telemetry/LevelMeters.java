package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.queue.QueueLevels.QueueDepth;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.seal.SealHeads;
import io.github.dingtalkinbox.internal.seal.SealLevels;
import io.github.dingtalkinbox.internal.seal.SealLevels.SealLag;
import io.github.dingtalkinbox.internal.store.QueueState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Gauges: the depth of the queue, how far the event log is sealed, how late DingTalk delivers, and the time since the
 * last complete cleanup. Not a number while the database does not answer, or has no value. And a counter of what became of
 * the heads of the seals.
 */
record LevelMeters(MeterRegistry registry, LongSupplier nanoTime) {
    /** For this long, all gauges of a kind share one answer of the database. */
    static final Duration VALIDITY = Duration.ofSeconds(5);

    void add(QueueLevels queue) {
        LatestAnswer<Map<QueueState, QueueDepth>> levels = latest(queue::read);
        for (QueueState state : QueueState.OPEN) {
            Tags tags = Tags.of("state", state.toString());
            Supplier<Optional<QueueDepth>> level = () -> levels.get().map(l -> l.getOrDefault(state, QueueDepth.EMPTY));
            number("queue.depth", "Events in the queue", tags, () -> level.get().map(QueueDepth::depth));
            time("queue.age", "Time since the oldest event in the queue was queued", tags, () -> level.get()
                    .map(QueueDepth::age));
        }
    }

    /** No gauges if nothing is sealed. */
    void add(SealLevels seals) {
        if (!seals.isSealing()) {
            return;
        }
        LatestAnswer<SealLag> lag = latest(seals::read);
        number("seals.waiting", "Hours of the event log that are over and not sealed yet", Tags.empty(), () -> lag.get()
                .map(SealLag::waiting));
        time(
                "seals.age",
                "Time since the end of the last hour of the event log that is sealed",
                Tags.empty(),
                () -> lag.get().map(SealLag::age));
    }

    /** No counter if heads go nowhere. */
    void add(SealHeads heads) {
        if (heads.isKeeping()) {
            FunctionCounter.builder(InboxMeters.name("seals.heads.failures"), heads, SealHeads::failures)
                    .description("Failed attempts to keep the head of the seals outside the database")
                    .register(registry);
        }
    }

    void add(Retention retention) {
        LatestAnswer<Optional<Duration>> sinceCompleted = latest(retention::sinceCompleted);
        time(
                "cleanup.age",
                "Time since a cleanup, on any node, last removed everything that was due",
                Tags.empty(),
                () -> sinceCompleted.get().flatMap(age -> age));
        time(
                "twin.gap.largest",
                "Largest time seen between an event and its duplicate, if it is over a minute",
                Tags.empty(),
                latest(retention::largestGap)::get);
    }

    private <T> LatestAnswer<T> latest(Supplier<T> database) {
        return new LatestAnswer<>(database, VALIDITY, nanoTime);
    }

    private void number(String name, String description, Tags tags, Supplier<Optional<Long>> value) {
        Supplier<Double> number = () -> value.get().map(Long::doubleValue).orElse(Double.NaN);
        Gauge.builder(InboxMeters.name(name), number)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void time(String name, String description, Tags tags, Supplier<Optional<Duration>> value) {
        Supplier<Double> millis =
                () -> value.get().map(time -> (double) time.toMillis()).orElse(Double.NaN);
        TimeGauge.builder(InboxMeters.name(name), millis, TimeUnit.MILLISECONDS)
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
