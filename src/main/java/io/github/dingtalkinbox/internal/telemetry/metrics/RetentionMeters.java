package io.github.dingtalkinbox.internal.telemetry.metrics;

import io.github.dingtalkinbox.internal.retention.Retention;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How late DingTalk delivers, and how long ago everything was removed that was due. Not a number while the database does not
 * tell, or has nothing to tell.
 *
 * <p>Safe for use by many threads.
 */
final class RetentionMeters {
    private final LatestLevels<Optional<Duration>> sinceCompleted;
    private final LatestLevels<Duration> largestGap;

    /** Registers them; they last as long as somebody holds this object. */
    RetentionMeters(Retention retention, MeterRegistry registry, LongSupplier nanoTime) {
        this.sinceCompleted = new LatestLevels<>(retention::sinceCompleted, nanoTime);
        this.largestGap = new LatestLevels<>(retention::largestGap, nanoTime);
        TimeGauge.builder(
                        InboxMeters.name("cleanup.age"),
                        this,
                        TimeUnit.MILLISECONDS,
                        meters -> meters.millis(meters.sinceCompleted.get().flatMap(age -> age)))
                .description("Time since a cleanup has removed all that was due, here or on another node")
                .register(registry);
        TimeGauge.builder(
                        InboxMeters.name("twin.gap.largest"),
                        this,
                        TimeUnit.MILLISECONDS,
                        meters -> meters.millis(meters.largestGap.get()))
                .description("Largest time seen between an event and its duplicate, as far as it is over a minute")
                .register(registry);
    }

    private double millis(Optional<Duration> time) {
        return time.map(Duration::toMillis).map(Long::doubleValue).orElse(Double.NaN);
    }
}
