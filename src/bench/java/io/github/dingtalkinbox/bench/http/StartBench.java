package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.Median;
import io.github.dingtalkinbox.bench.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the first callbacks meet: a service that has just said that it is ready. */
@Tag("start")
class StartBench {
    private static final int STARTS = 5;
    private static final int CONNECTIONS = 64;
    private static final int PER_SECOND = 300;
    private static final Duration FIRST = Duration.ofSeconds(10);

    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> slowest = new ArrayList<>();
    private final List<String> memory = new ArrayList<>();
    private final StringBuilder rows = new StringBuilder(Measured.header());

    @Test
    void starts() throws Exception {
        ServiceUnderLoad.unpack();
        try (DatabaseUnderLoad server = DatabaseUnderLoad.start("start")) {
            if (ServiceUnderLoad.canBeTrained()) {
                train(server);
            }
            start(server); // the sender has to be warm, and the files in memory
            seconds.clear();
            slowest.clear();
            memory.clear();
            rows.setLength(Measured.header().length());
            for (int n = 0; n < STARTS; n++) {
                start(server);
            }
        }
        Results.target(
                "first 10 s after ready at 300 callbacks/s: slowest answer",
                String.format(Locale.ROOT, "%.0f ms", slowest.stream().mapToDouble(s -> s).max().orElseThrow()),
                "1 s",
                "250 ms");
        Results.target(
                "start to ready, external database, schema in place",
                String.format(Locale.ROOT, "%.1f s", Median.of(seconds)),
                "6 s",
                "2.5 s");
        Results.details("The first 10 s after each start", rows + "\nStart to ready, in s: " + seconds
                + ". Peak resident memory: " + memory + (ServiceUnderLoad.canBeTrained()
                        ? ". With an AOT cache, as in the image."
                        : ". Without the AOT cache of the image, which takes Java 25."));
    }

    /** As the image is made: a start, some approvals, a stop. */
    private void train(DatabaseUnderLoad server) throws Exception {
        Approvals approvals = new Approvals(Approvals.DEFAULT_BYTES);
        List<Delivery> deliveries = Mix.DEFAULT.of(approvals, PER_SECOND * Math.toIntExact(FIRST.toSeconds()));
        ServiceUnderLoad service = ServiceUnderLoad.startTraining(server.database());
        try (service;
                Load load = new Load(service.address(), CONNECTIONS, server.beside(service))) {
            load.run(deliveries, new Pace.PerSecond(PER_SECOND));
            service.stop();
        }
    }

    private void start(DatabaseUnderLoad server) throws Exception {
        Approvals approvals = new Approvals(Approvals.DEFAULT_BYTES);
        List<Delivery> deliveries = Mix.DEFAULT.of(approvals, PER_SECOND * Math.toIntExact(FIRST.toSeconds()));
        try (ServiceUnderLoad service = ServiceUnderLoad.start(server.database());
                Load load = new Load(service.address(), CONNECTIONS, server.beside(service))) {
            Measured measured = load.run(deliveries, new Pace.PerSecond(PER_SECOND));
            new ExactlyOnce(server.database().jdbc()).verify(approvals, List.of(measured));
            double toReady = service.timeToReady().toMillis() / 1000.0;
            seconds.add(toReady);
            memory.add(service.peakResidentMemory());
            slowest.add(measured.slowestMillis());
            rows.append(measured.row("ready after %.1f s".formatted(toReady)));
        }
    }
}
