package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.Median;
import io.github.dingtalkinbox.bench.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The whole way over HTTP, next to what the database alone does for one event at a time. The runs alternate, so that
 * whatever else the machine does is in all of them.
 */
@Tag("http")
class HttpBench {
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("bench.seconds", 5));
    /** Until the compilers of the JVM have little left to do: they need the processors, too. */
    private static final int WARM_UP_RUNS = 18;
    private static final int ROUNDS = 5;
    private static final int CONNECTIONS = 64;
    private static final int KNOWN_EVENTS = 20_000;
    private static final int CALM = 500;

    @Test
    void callbacks() throws Exception {
        ServiceUnderLoad.unpack();
        try (DatabaseUnderLoad server = DatabaseUnderLoad.start("http");
                Rig rig = Rig.start(server, server.database());
                Load load = rig.load(CONNECTIONS)) {
            throughput(rig, load);
            latency(rig, load);
            Results.target(
                    "peak resident memory of the service under that load",
                    rig.service().peakResidentMemory(),
                    "400 MiB",
                    "256 MiB");
            server.requireSound();
            Results.details("What it ran on", "PostgreSQL: " + server.settings() + "\n\nService: " + rig.service());
        }
    }

    private static void throughput(Rig rig, Load load) throws Exception {
        Series http = new Series("over HTTP", (count, pace) -> rig.overHttp(load, Mix.DEFAULT, 1024, count, pace));
        Series raw = new Series("raw limit", rig::raw);
        for (int n = 0; n < WARM_UP_RUNS; n++) {
            http.warmUp(RUN);
        }
        raw.warmUp(RUN);
        Series duplicates = new Series("duplicates only", rig.known(load, KNOWN_EVENTS)::run);
        duplicates.warmUp(RUN);
        for (int n = 0; n < ROUNDS; n++) {
            http.run(RUN);
            raw.run(RUN);
            duplicates.run(RUN);
        }
        Results.target("over HTTP, 64 connections, warm, vs the raw limit", times(http.ratioTo(raw)), "2×", "3×");
        Results.target("duplicates only, over HTTP, vs the raw limit", times(duplicates.ratioTo(raw)), "3×", "5×");
        Results.details(
                "Throughput over HTTP and the raw limit",
                Measured.header() + http.rows() + raw.rows() + duplicates.rows());
    }

    /** Several runs: a disk or a machine that stands still for a quarter of a second makes the p99 of half a minute. */
    private static void latency(Rig rig, Load load) throws Exception {
        List<Double> millis = new ArrayList<>();
        StringBuilder rows = new StringBuilder(Measured.header());
        for (int n = 0; n < ROUNDS; n++) {
            Measured calm = rig.overHttp(load, Mix.DEFAULT, 1024, CALM * seconds(), new Pace.PerSecond(CALM));
            millis.add(calm.millis(99));
            rows.append(calm.row("over HTTP"));
        }
        Results.target(
                "p99 at 500 callbacks/s, warm",
                String.format(Locale.ROOT, "%.1f ms", Median.of(millis)),
                "25 ms",
                "10 ms");
        Results.details("Times at 500 callbacks/s", rows.toString());
    }

    private static int seconds() {
        return Math.toIntExact(RUN.toSeconds());
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f×", ratio);
    }
}
