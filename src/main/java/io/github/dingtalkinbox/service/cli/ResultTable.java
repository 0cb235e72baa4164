package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.simulator.SimulationResult;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** A {@link SimulationResult} for people. */
final class ResultTable {
    private final SimulationResult result;

    ResultTable(SimulationResult result) {
        this.result = result;
    }

    void print(PrintWriter out) {
        out.println();
        row(out, "events", result.events(), result.outOfOrder() + " out of order; ids begin with " + result.run());
        row(out, "deliveries", result.deliveries(), kinds());
        row(out, "answered success", result.answered(), "verified and decrypted");
        row(out, "refused", refused(), "");
        result.refused().forEach((reason, count) -> row(out, "", count, reason));
        if (refused() > 0) {
            row(out, "given up", result.givenUp(), "not answered success in the end");
        }
        out.println();
        row(out, "latency p50", millis(result.latency().p50()), "ms");
        row(out, "latency p95", millis(result.latency().p95()), "ms");
        row(out, "latency p99", millis(result.latency().p99()), "ms");
        row(out, "latency max", millis(result.latency().max()), "ms");
        row(out, "elapsed", decimal(seconds()), "s");
        row(out, "rate", decimal(result.deliveries() / seconds()), "deliveries/s");
        if (refused() > 0) {
            out.println();
            out.println("The first that were refused:");
            result.firstRefused().forEach(line -> out.println("  " + line));
        }
        out.flush();
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

    private static String millis(Duration duration) {
        return decimal(duration.toNanos() / 1e6);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static void row(PrintWriter out, String name, Object value, String remark) {
        out.println(String.format(Locale.ROOT, "  %-17s %10s  %s", name, value, remark)
                .stripTrailing());
    }
}
