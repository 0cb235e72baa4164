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
    private final String answered;

    private ResultTable(SimulationResult result, String answered) {
        this.result = result;
        this.answered = answered;
    }

    static ResultTable ofHttp(SimulationResult result) {
        return new ResultTable(result, "verified and decrypted");
    }

    static ResultTable ofStream(SimulationResult result) {
        return new ResultTable(
                result, "acknowledged SUCCESS" + (result.bothWays() == 0 ? "" : "; over HTTP, verified and decrypted"));
    }

    void print(PrintWriter out) {
        TextTable counts = TextTable.ofFacts().alignRight(1);
        counts.add("events", result.events(), result.outOfOrder() + " out of order; ids begin with " + result.run());
        counts.add("deliveries", result.deliveries(), kinds());
        counts.add("answered success", result.answered(), answered);
        counts.add("without success", withoutSuccess());
        result.refused().forEach((reason, count) -> counts.add("", count, reason));
        if (withoutSuccess() > 0) {
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
        if (withoutSuccess() > 0) {
            out.println();
            out.println("The first deliveries without success:");
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
        String kinds = result.twins() + " of them twins";
        kinds += result.bothWays() == 0 ? "" : ", " + result.bothWays() + " over HTTP as well";
        return result.retries() == 0 ? kinds : kinds + ", " + result.retries() + " retries";
    }

    private int withoutSuccess() {
        return result.deliveries() - result.answered();
    }

    private double seconds() {
        return result.elapsed().toNanos() / 1e9;
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
