package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.simulator.SimulationResult;
import io.github.dingtalkinbox.service.simulator.SimulationResult.Latency;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/** A {@link SimulationResult} for people. */
final class ResultTable {
    private final SimulationResult result;

    ResultTable(SimulationResult result) {
        this.result = result;
    }

    void print(PrintWriter out) {
        TextTable counts = TextTable.ofFacts().alignRight(1);
        counts.add("events", result.events(), result.outOfOrder() + " out of order; ids begin with " + result.run());
        counts.add("deliveries", result.deliveries(), kinds());
        counts.add("answered success", result.answered(), "verified and decrypted");
        counts.add("refused", refused());
        result.refused().forEach((reason, count) -> counts.add("", count, reason));
        if (refused() > 0) {
            counts.add("given up", result.givenUp(), "not answered success even after the last retry");
        }
        counts.add("");
        latency("p50", Latency::p50, counts);
        latency("p95", Latency::p95, counts);
        latency("p99", Latency::p99, counts);
        latency("max", Latency::max, counts);
        counts.add("elapsed", decimal(seconds()), "s");
        counts.add("rate", decimal(result.deliveries() / seconds()), "deliveries/s");
        out.println();
        counts.print(out);
        if (refused() > 0) {
            out.println();
            out.println("The first refused deliveries:");
            result.firstRefused().forEach(line -> out.println("  " + line));
        }
        out.flush();
    }

    private void latency(String which, Function<Latency, Duration> value, TextTable counts) {
        Latency latency = result.latency();
        if (latency == null) {
            counts.add("latency " + which, "-", "nothing was answered");
        } else {
            counts.add("latency " + which, decimal(value.apply(latency).toNanos() / 1e6), "ms");
        }
    }

    private String kinds() {
        String twins = result.twins() + " of them twins";
        return result.retries() == 0 ? twins : twins + ", " + result.retries() + " retries";
    }

    private int refused() {
        return result.deliveries() - result.answered();
    }

    private double seconds() {
        return result.elapsed().toNanos() / 1e9;
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
