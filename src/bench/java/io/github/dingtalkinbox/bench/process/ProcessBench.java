package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.bench.Results;
import io.github.dingtalkinbox.bench.http.DatabaseUnderLoad;
import io.github.dingtalkinbox.testing.TestDatabase;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The inbox beside what one would use else, in one process. Every contender has a database of its own on one server; they
 * take turns, so that whatever else the machine does meets all of them.
 */
@Tag("process")
@TestInstance(Lifecycle.PER_CLASS)
class ProcessBench {
    private static final int MANY = 64;
    private static final double TWINS = 1.0 / 3;
    private static final Duration ROUND = Duration.ofSeconds(Integer.getInteger("bench.seconds", 5));
    /** As over HTTP: until the compilers of the JVM have little left to do. */
    private static final int WARM_UP_ROUNDS = 6;
    private static final int ROUNDS = 5;

    private final Random random = new Random(1);
    private final DatabaseUnderLoad server = DatabaseUnderLoad.start("process");
    private final List<Entrant> entrants = new ArrayList<>();

    ProcessBench() throws Exception {
        entrants.add(enter("inbox", Inbox::new));
        entrants.add(enter("plain", PlainInsert::new));
        entrants.add(enter("camel", CamelConsumer::new));
        entrants.add(enter("integration", IntegrationReceiver::new));
        entrants.add(enter("eventuate", EventuateDetector::new));
    }

    @AfterAll
    void close() throws Exception {
        for (Entrant entrant : entrants) {
            entrant.contender().close();
            entrant.database().close();
        }
        server.close();
    }

    @Test
    void manyCallers() throws Exception {
        List<Rounds> rounds = run(entrants, MANY, TWINS);

        double best = rounds.stream()
                .skip(1)
                .mapToDouble(Rounds::medianMicros)
                .min()
                .orElseThrow();
        Results.target(
                "in process, 64 callers, a third of deliveries twins: inbox vs the best peer",
                "%.1f×".formatted(best / rounds.get(0).medianMicros()),
                "4×",
                "6×");
        Results.details(
                "In process, 64 callers, a third of deliveries twins",
                table(rounds) + "\n" + server.settings()
                        + "; a pool of 16 connections, the inbox its own of 18. Medians of " + ROUNDS
                        + " rounds of about " + ROUND.toSeconds() + " s each.");
        requireOnce(entrants.get(0));
    }

    @Test
    void oneCaller() throws Exception {
        List<Rounds> rounds = run(entrants.subList(0, 2), 1, 0);

        double inbox = rounds.get(0).medianMicros();
        double plain = rounds.get(1).medianMicros();
        Results.target(
                "one caller: inbox vs plain per event, time per event",
                "%.2f×".formatted(inbox / plain),
                "≤ 1.1×",
                "≤ 1.0×");
        Results.details(
                "In process, one caller",
                "Inbox %.0f µs, insert on conflict %.0f µs per event. Medians of %d rounds of about %d s each."
                        .formatted(inbox, plain, ROUNDS, ROUND.toSeconds()));
        requireOnce(entrants.get(0));
    }

    private static void requireOnce(Entrant entrant) {
        assertThat(entrant.effects().doubled())
                .as("effects that are too many")
                .isZero();
        assertThat(entrant.lost())
                .as("events that were answered, and took no effect")
                .isZero();
    }

    /** What was measured of each, in their order. */
    private List<Rounds> run(List<Entrant> turn, int callers, double twins) throws Exception {
        List<Rounds> rounds = turn.stream().map(entrant -> new Rounds()).toList();
        for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
            for (int i = 0; i < turn.size(); i++) {
                Entrant entrant = turn.get(i);
                Deliveries deliveries = Deliveries.of(rounds.get(i).deliveriesIn(ROUND), twins, random);
                double micros = DeliveryBenchmark.time(entrant.contender(), deliveries, callers);
                rounds.get(i).add(micros, deliveries, entrant.contender().settle());
                entrant.answered().addAll(deliveries.answered());
            }
            if (round < 0) {
                rounds.forEach(Rounds::forget);
            }
        }
        return rounds;
    }

    private String table(List<Rounds> rounds) {
        StringBuilder table = new StringBuilder("""
                | | callbacks/s | inbox to this | deliveries | errors | queued | double effects | lost |
                |---|---|---|---|---|---|---|---|
                """);
        double inbox = rounds.get(0).medianMicros();
        for (int i = 0; i < rounds.size(); i++) {
            Entrant entrant = entrants.get(i);
            Rounds measured = rounds.get(i);
            table.append("| %s | %d | %.1f× | %d | %d | %d | %d | %d |%n"
                    .formatted(
                            entrant.contender().name(),
                            measured.perSecond(),
                            measured.medianMicros() / inbox,
                            measured.deliveries(),
                            measured.errors(),
                            measured.queued(),
                            entrant.effects().doubled(),
                            entrant.lost()));
        }
        return table.toString();
    }

    private Entrant enter(String name, Entry entry) throws Exception {
        TestDatabase database = server.newDatabase(name);
        Effects effects = new Effects(database.dataSource());
        effects.createTable();
        return new Entrant(entry.enter(database), database, effects, new HashSet<>());
    }

    private interface Entry {
        Contender enter(TestDatabase database) throws Exception;
    }

    /**
     * A contender and what became of its deliveries.
     *
     * @param answered the events of which a delivery was answered
     */
    private record Entrant(Contender contender, TestDatabase database, Effects effects, Set<String> answered) {
        private long lost() {
            Set<String> effective = effects.eventIds();
            return answered.stream().filter(id -> !effective.contains(id)).count();
        }
    }
}
