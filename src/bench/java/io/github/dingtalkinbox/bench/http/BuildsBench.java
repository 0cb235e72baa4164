package io.github.dingtalkinbox.bench.http;

import static java.util.Objects.requireNonNull;

import io.github.dingtalkinbox.bench.Median;
import io.github.dingtalkinbox.bench.Results;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * This build beside another one, whose executable jar {@code -Dbench.before} names: both services run at the same time,
 * each on a database of its own on one server, and are sent callbacks in turn.
 */
@Tag("builds")
class BuildsBench {
    private static final Duration RUN = Duration.ofSeconds(Integer.getInteger("bench.seconds", 5));
    private static final int WARM_UP_RUNS = 12;
    private static final int PAIRS = Integer.getInteger("bench.pairs", 7);
    private static final int CONNECTIONS = 64;
    private static final int KNOWN_EVENTS = 20_000;

    @Test
    void callbacks() throws Exception {
        Path before = Path.of(requireNonNull(System.getProperty("bench.before"), "-Dbench.before=<executable jar>"));
        Path unpacked = Path.of("target", "bench", "before");
        ServiceUnderLoad.unpack();
        ServiceUnderLoad.unpack(before, unpacked);
        try (DatabaseUnderLoad server = DatabaseUnderLoad.start("builds");
                Build now = Build.start(server, "now", ServiceUnderLoad.start(server.database()), server.database());
                Build then = Build.start(server, unpacked)) {
            for (int n = 0; n < WARM_UP_RUNS; n++) {
                now.events.warmUp(RUN);
                then.events.warmUp(RUN);
            }
            pairs(now.events, then.events);
            Series duplicatesNow = now.duplicates();
            Series duplicatesThen = then.duplicates();
            duplicatesNow.warmUp(RUN);
            duplicatesThen.warmUp(RUN);
            pairs(duplicatesNow, duplicatesThen);
            report("over HTTP, a third twins", now.events, then.events);
            report("duplicates only, over HTTP", duplicatesNow, duplicatesThen);
            Results.details(
                    "Peak resident memory, time to ready",
                    "now %s, %s; before %s, %s"
                            .formatted(
                                    now.rig.service().peakResidentMemory(),
                                    now.rig.service().timeToReady(),
                                    then.rig.service().peakResidentMemory(),
                                    then.rig.service().timeToReady()));
        }
    }

    /** Which of the two goes first takes turns as well. */
    private static void pairs(Series now, Series before) throws Exception {
        for (int n = 0; n < PAIRS; n++) {
            (n % 2 == 0 ? now : before).run(RUN);
            (n % 2 == 0 ? before : now).run(RUN);
        }
    }

    private static void report(String name, Series now, Series before) {
        if (IntStream.range(0, PAIRS).anyMatch(n -> now.rate(n) == 0 || before.rate(n) == 0)) {
            throw new IllegalStateException(name + ": a build answered nothing with success, see its log");
        }
        List<Double> ratios = IntStream.range(0, PAIRS)
                .mapToObj(n -> now.rate(n) / before.rate(n))
                .toList();
        Results.details(
                "This build to the one before it, " + name,
                "Pairs: "
                        + ratios.stream()
                                .map(ratio -> String.format(Locale.ROOT, "%.3f", ratio))
                                .collect(Collectors.joining(", "))
                        + String.format(Locale.ROOT, "; median %.3f%n%n", Median.of(ratios))
                        + Measured.header() + now.rows() + before.rows());
    }

    /** A service of one build. */
    private record Build(Rig rig, Load load, Series events) implements AutoCloseable {
        private static Build start(DatabaseUnderLoad server, Path unpacked) throws Exception {
            TestDatabase database = server.emptyDatabase("before");
            return start(server, "before", ServiceUnderLoad.start(unpacked, database), database);
        }

        private static Build start(
                DatabaseUnderLoad server, String name, ServiceUnderLoad service, TestDatabase database)
                throws Exception {
            Rig rig = Rig.of(server, service, database);
            Load load = rig.load(CONNECTIONS);
            return new Build(
                    rig, load, new Series(name, (count, pace) -> rig.overHttp(load, Mix.DEFAULT, 1024, count, pace)));
        }

        private Series duplicates() throws Exception {
            return new Series(events.name(), rig.known(load, KNOWN_EVENTS)::run);
        }

        @Override
        public void close() throws IOException, SQLException {
            load.close();
            rig.close();
        }
    }
}
