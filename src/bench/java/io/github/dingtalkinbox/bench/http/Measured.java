package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.http.Clients.Took;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a run of load was answered.
 *
 * @param sent the callbacks of all deliveries that were sent, a repeated one as often
 * @param answered the different callbacks of which a delivery was answered with 200
 * @param refused deliveries that were answered with something else
 */
record Measured(List<Callback> sent, Set<Callback> answered, long refused, Took took) {
    /** Answered deliveries per second. */
    double rate() {
        return (sent.size() - refused) / took.seconds();
    }

    /** Different events per second of which a delivery was answered. */
    double eventRate() {
        return answered.size() / took.seconds();
    }

    double millis(double percentile) {
        return took.micros().getValueAtPercentile(percentile) / 1000.0;
    }

    double slowestMillis() {
        return took.micros().getMaxValue() / 1000.0;
    }

    /** The head of a table; the last three columns are microseconds of the processors for each delivery. */
    static String header() {
        return """
                | | answered/s | events/s | p50 ms | p99 ms | p99.9 ms | slowest ms | refused | service µs | database µs | sender µs |
                |---|---|---|---|---|---|---|---|---|---|---|
                """;
    }

    /** A row of a table. */
    String row(String name) {
        return String.format(
                Locale.ROOT,
                "| %s | %,.0f | %,.0f | %.1f | %.1f | %.1f | %.1f | %d | %s |%n",
                name,
                rate(),
                eventRate(),
                millis(50),
                millis(99),
                millis(99.9),
                slowestMillis(),
                refused,
                took.spent().per(sent.size()));
    }
}
