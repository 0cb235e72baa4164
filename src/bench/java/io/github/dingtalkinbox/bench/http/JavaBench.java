package io.github.dingtalkinbox.bench.http;

import io.github.dingtalkinbox.bench.Results;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What the Java and its options make of the same service under the same load. All of them run at the same time, each on a
 * database of its own, and are sent callbacks in turn.
 */
@Tag("java")
class JavaBench {
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("bench.seconds", 5));
    private static final int WARM_UP_RUNS = 12;
    private static final int ROUNDS = 7;
    private static final int CONNECTIONS = 64;

    private final List<Contestant> contestants = new ArrayList<>();

    @Test
    void sameServiceByAllOfThem() throws Exception {
        ServiceUnderLoad.unpack();
        try (DatabaseUnderLoad server = DatabaseUnderLoad.start("java")) {
            try {
                for (JavaHome java : JavaHome.list(System.getProperty("bench.java", ""))) {
                    contestants.add(Contestant.start(java, "defaults", List.of(), server, contestants.size()));
                    contestants.add(Contestant.start(
                            java, "options of the image", ImageOptions.read(), server, contestants.size()));
                }
                run();
                report(server);
            } finally {
                for (Contestant contestant : contestants) {
                    contestant.close();
                }
            }
        }
    }

    private void run() throws Exception {
        for (int n = 0; n < WARM_UP_RUNS; n++) {
            for (Contestant contestant : contestants) {
                contestant.series.warmUp(RUN);
            }
        }
        for (int n = 0; n < ROUNDS; n++) {
            for (Contestant contestant : contestants) {
                contestant.series.run(RUN);
            }
        }
    }

    private void report(DatabaseUnderLoad server) throws IOException {
        StringBuilder table = new StringBuilder("| | answered/s, median | to the last of these | peak memory | start to ready |\n");
        table.append("|---|---|---|---|---|\n");
        Series last = contestants.get(contestants.size() - 1).series;
        StringBuilder rows = new StringBuilder(Measured.header());
        for (Contestant contestant : contestants) {
            table.append("| %s | %,.0f | %.2f | %s | %.1f s |%n"
                    .formatted(
                            contestant.series.name(),
                            contestant.series.medianRate(),
                            contestant.series.ratioTo(last),
                            contestant.rig.service().peakResidentMemory(),
                            contestant.rig.service().timeToReady().toMillis() / 1000.0));
            rows.append(contestant.series.rows());
        }
        Results.details("Javas and their options", table + "\n" + rows + "\n" + server.settings());
    }

    /** A service with its Java. */
    private record Contestant(TestDatabase database, Rig rig, Load load, Series series) implements AutoCloseable {
        private static Contestant start(
                JavaHome java, String name, List<String> options, DatabaseUnderLoad server, int number)
                throws Exception {
            TestDatabase database = server.newDatabase("java_" + number);
            Rig rig = Rig.of(server, ServiceUnderLoad.start(java, options, database), database);
            Load load = rig.load(CONNECTIONS);
            Series series = new Series(
                    java + ", " + name, (count, pace) -> rig.overHttp(load, Mix.DEFAULT, 1024, count, pace));
            return new Contestant(database, rig, load, series);
        }

        @Override
        public void close() throws IOException, SQLException {
            load.close();
            rig.close();
            database.close();
        }
    }
}
