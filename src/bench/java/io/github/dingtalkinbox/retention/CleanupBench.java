package io.github.dingtalkinbox.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.event.TestEvents;
import io.github.dingtalkinbox.inbox.Node;
import io.github.dingtalkinbox.inbox.Outcome;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What callbacks notice of the cleanup: the same load without it, with it, and without it again. */
@Postgres
@Tag("cleanup")
class CleanupBench {
    private static final int ROWS = Integer.getInteger("bench.rows", 1_000_000);
    private static final int SENDERS = Integer.getInteger("bench.senders", 4);
    private static final Duration DEADLINE = Duration.ofSeconds(1);
    private static final Duration ALONE = Duration.ofSeconds(Integer.getInteger("bench.seconds", 20));

    private final TestDatabase database;
    private final History history;
    private final AtomicLong ids = new AtomicLong();

    CleanupBench(TestDatabase database) {
        this.database = database;
        this.history = new History(database.jdbc());
    }

    @Test
    void callbacksArriveWhileRowsGo() throws Exception {
        history.empty().events(40, "a", ROWS).seal();
        database.jdbc().sql("vacuum analyze processed_events").update();
        Node node = Node.on(database).deadline(DEADLINE).build();
        measure(node, CompletableFuture.runAsync(CleanupBench::warmUp)); // the first seconds of a JVM are of no interest

        Phase before = measure(node, timer());
        CompletableFuture<RetentionReport> cleanup =
                CompletableFuture.supplyAsync(() -> Settings.run(database, "pause=50ms"));
        Phase during = measure(node, cleanup);
        Phase after = measure(node, timer());

        RetentionReport report = cleanup.get();
        print("without", before);
        print("with the cleanup", during);
        print("without, again", after);
        System.out.printf(
                Locale.ROOT,
                "  %d rows removed in %.0f s; throughput with / without: %.2f%n",
                report.rows(),
                during.seconds(),
                during.rate() / ((before.rate() + after.rate()) / 2));
        assertThat(report.rows()).isEqualTo(ROWS);
        assertThat(during.late() + during.failed()).as("callbacks that were blocked or timed out").isZero();
    }

    private static void warmUp() {
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(5, java.util.concurrent.TimeUnit.SECONDS))
                .join();
    }

    private static CompletableFuture<?> timer() {
        return CompletableFuture.runAsync(
                () -> {}, CompletableFuture.delayedExecutor(ALONE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS));
    }

    /** Sends as fast as the answers come, until something has happened. */
    private Phase measure(Node node, CompletableFuture<?> until) throws Exception {
        Histogram micros = new ConcurrentHistogram(3);
        AtomicLong late = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        long began = System.nanoTime();
        List<Future<?>> all = new ArrayList<>();
        for (int n = 0; n < SENDERS; n++) {
            Callable<Void> sender = () -> {
                while (!done.get()) {
                    send(node, micros, late, failed);
                }
                return null;
            };
            all.add(senders.submit(sender));
        }
        until.join();
        done.set(true);
        for (Future<?> sender : all) {
            sender.get();
        }
        senders.shutdown();
        return new Phase(micros, late.get(), failed.get(), (System.nanoTime() - began) / 1e9);
    }

    private void send(Node node, Histogram micros, AtomicLong late, AtomicLong failed) {
        long began = System.nanoTime();
        try {
            List<Outcome> outcomes = node.receive(List.of(TestEvents.unordered("bench-" + ids.incrementAndGet())));
            if (!(outcomes.get(0) instanceof Outcome.Processed)) {
                late.incrementAndGet();
            }
        } catch (Exception e) {
            failed.incrementAndGet();
        }
        micros.recordValue((System.nanoTime() - began) / 1000);
    }

    private static void print(String name, Phase phase) {
        System.out.printf(
                Locale.ROOT,
                "  %-18s %7.0f callbacks/s  p50 %6.1f ms  p99 %6.1f ms  max %6.1f ms  queued or refused: %d%n",
                name,
                phase.rate(),
                phase.micros().getValueAtPercentile(50) / 1000.0,
                phase.micros().getValueAtPercentile(99) / 1000.0,
                phase.micros().getMaxValue() / 1000.0,
                phase.late() + phase.failed());
    }

    private record Phase(Histogram micros, long late, long failed, double seconds) {
        double rate() {
            return micros.getTotalCount() / seconds;
        }
    }
}
