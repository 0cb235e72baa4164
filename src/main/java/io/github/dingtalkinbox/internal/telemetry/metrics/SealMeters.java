package io.github.dingtalkinbox.internal.telemetry.metrics;

import io.github.dingtalkinbox.internal.seal.SealLevels.SealLag;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * How far the event log is sealed. Not a number while the database does not tell.
 *
 * <p>Safe for use by many threads.
 */
final class SealMeters {
    private final LatestLevels<SealLag> levels;

    SealMeters(LatestLevels<SealLag> levels) {
        this.levels = levels;
    }

    /** Registers them; they last as long as somebody holds this object. */
    void register(MeterRegistry registry) {
        Gauge.builder(InboxMeters.name("seals.waiting"), this, seals -> seals.value(SealLag::waiting))
                .description("Hours of the event log that are over and not sealed yet")
                .register(registry);
        TimeGauge.builder(
                        InboxMeters.name("seals.age"),
                        this,
                        TimeUnit.MILLISECONDS,
                        seals -> seals.value(level -> level.age().toMillis()))
                .description("Time since the end of the last hour of the event log that is sealed")
                .register(registry);
    }

    private double value(ToDoubleFunction<SealLag> value) {
        return levels.get().map(value::applyAsDouble).orElse(Double.NaN);
    }
}
