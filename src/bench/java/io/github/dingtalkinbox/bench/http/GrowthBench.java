package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.Results;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What becomes of the throughput with more rows, more connections, more twins and longer payloads: one of them is varied,
 * the others stay as in {@link HttpBench}. The runs of the values alternate.
 */
@Tag("growth")
class GrowthBench {
    private static final int ROWS = Integer.getInteger("bench.rows", 10_000_000);
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("bench.seconds", 5));
    private static final int ROUNDS = 5;
    private static final int CONNECTIONS = 64;
    private static final int KIBIBYTE = 1024;

    /**
     * After a checkpoint, every page that is touched for the first time goes into the log as a whole. With many rows it
     * takes a minute until that is rare.
     */
    private static final int WARM_UP_RUNS_WITH_ROWS = 12;

    /** No callback shall be refused because of the number of connections, and no past event be sealed meanwhile. */
    private static final String[] PROPERTIES = {"inbox.max-in-flight=512", "inbox.seal.key="};

    private final GrowthPicture picture = new GrowthPicture();

    @Test
    void growth() throws Exception {
        ServiceUnderLoad.unpack();
        try (DatabaseUnderLoad server = DatabaseUnderLoad.start("growth");
                Rig rig = Rig.start(server, server.database(), PROPERTIES)) {
            rows(server, rig);
            measure("connections", 1, Stream.of(1, 4, 16, 64, 256)
                    .map(n -> series(rig, n + "", n, Mix.DEFAULT, KIBIBYTE))
                    .toList());
            measure("events with a twin", 1, Stream.of(0.0, 0.3, 1.0)
                    .map(twins -> series(rig, Math.round(100 * twins) + " %", CONNECTIONS, new Mix(twins), KIBIBYTE))
                    .toList());
            measure("payload", 1, Stream.of(1, 16, 256)
                    .map(n -> series(rig, n + " KiB", CONNECTIONS, Mix.DEFAULT, n * KIBIBYTE))
                    .toList());
            Results.details("What growth was measured on", server.settings() + "\n\n" + rig.service());
        }
        picture.write(Path.of("target", "bench", "growth.svg"));
    }

    private void rows(DatabaseUnderLoad server, Rig none) throws Exception {
        try (TestDatabase some = server.newDatabase("some_rows");
                TestDatabase many = server.newDatabase("many_rows")) {
            new PastEvents(some.jdbc()).fill(ROWS / 10);
            new PastEvents(many.jdbc()).fill(ROWS);
            server.rest(some, many);
            try (Rig withSome = Rig.start(server, some, PROPERTIES);
                    Rig withMany = Rig.start(server, many, PROPERTIES)) {
                Series few = series(none, "0", CONNECTIONS, Mix.DEFAULT, KIBIBYTE);
                Series most = series(withMany, "%,d".formatted(ROWS), CONNECTIONS, Mix.DEFAULT, KIBIBYTE);
                measure("rows before", WARM_UP_RUNS_WITH_ROWS, List.of(
                        few, series(withSome, "%,d".formatted(ROWS / 10), CONNECTIONS, Mix.DEFAULT, KIBIBYTE), most));
                Results.target(
                        "throughput with %,d rows in processed_events vs with none".formatted(ROWS),
                        String.format(Locale.ROOT, "%.2f×", most.ratioTo(few)),
                        "0.7×",
                        "0.9×");
            }
        }
    }

    private static Series series(Rig rig, String value, int connections, Mix mix, int bytes) {
        return new Series(value, (count, pace) -> {
            try (Load load = rig.load(connections)) {
                return rig.overHttp(load, mix, bytes, count, pace);
            }
        });
    }

    private void measure(String varied, int warmUpRuns, List<Series> values) throws Exception {
        for (int n = 0; n < warmUpRuns + ROUNDS; n++) {
            for (Series value : values) {
                if (n < warmUpRuns) {
                    value.warmUp(RUN);
                } else {
                    value.run(RUN);
                }
            }
        }
        StringBuilder rows = new StringBuilder(Measured.header());
        values.forEach(value -> rows.append(value.medianRow()));
        Results.details("Growth: " + varied, rows.toString());
        picture.add(varied, values);
    }
}
