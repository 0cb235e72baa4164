package io.github.dingtalkinbox.bench.http;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.HdrHistogram.Histogram;

/**
 * What a run of load was answered.
 *
 * @param sent the callbacks of all deliveries that were sent, a repeated one as often
 * @param answered the different callbacks of which a delivery was answered with 200
 * @param refused deliveries that were answered with something else
 * @param micros from the moment at which a delivery was to be sent, to its answer
 */
record Measured(List<Callback> sent, Set<Callback> answered, long refused, Histogram micros, double seconds) {
    /** Answered deliveries per second. */
    double rate() {
        return (sent.size() - refused) / seconds;
    }

    double millis(double percentile) {
        return micros.getValueAtPercentile(percentile) / 1000.0;
    }

    double slowestMillis() {
        return micros.getMaxValue() / 1000.0;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,.0f/s, p50 %.1f ms, p99 %.1f ms, slowest %.1f ms, %d refused",
                rate(),
                millis(50),
                millis(99),
                slowestMillis(),
                refused);
    }
}
