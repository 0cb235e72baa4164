package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What callbacks notice of the cleanup. It runs for some seconds, rests for as many, and so on until all rows are gone: so
 * whatever else the machine does is in both halves.
 */
@Postgres
@Tag("cleanup")
class CleanupBench {
    private static final int ROWS = Integer.getInteger("bench.rows", 1_000_000);
    private static final int WINDOW_SECONDS = Integer.getInteger("bench.seconds", 5);
    private static final int SENDERS = 4;
    private static final Duration DEADLINE = Duration.ofSeconds(1);

    private final TestDatabase database;
    private final History history;
    private final AtomicLong ids = new AtomicLong();
    private final AtomicBoolean done = new AtomicBoolean();
    private final Semaphore turn = new Semaphore(1);
    private final Half without = new Half();
    private final Half with = new Half();
    private volatile Half now = new Half();

    CleanupBench(TestDatabase database) {
        this.database = database;
        this.history = new History(database);
    }

    @Test
    void callbacksArriveWhileRowsGo() throws Exception {
        history.empty().events(40, "a", ROWS).seal();
        database.jdbc().sql("vacuum analyze inbox.processed_events").update();
        Node node = Node.on(database).deadline(DEADLINE).build();
        ExecutorService threads = Executors.newFixedThreadPool(SENDERS + 1);
        List<Future<?>> senders = new ArrayList<>();
        for (int n = 0; n < SENDERS; n++) {
            senders.add(threads.submit(() -> sendUntilDone(node)));
        }
        pass(); // the first seconds of a JVM are of no interest

        turn.acquire();
        Future<RetentionReport> cleanup = threads.submit(this::cleanUp);
        while (!cleanup.isDone()) {
            window(without);
            turn.release();
            window(with);
            turn.acquire(); // the batch under way has ended
        }
        done.set(true);
        for (Future<?> sender : senders) {
            sender.get();
        }
        threads.shutdown();

        without.print("without the cleanup");
        with.print("with it");
        System.out.printf(
                Locale.ROOT,
                "  %d rows removed in %.0f s; throughput with / without: %.2f%n",
                cleanup.get().rows(),
                with.seconds(),
                with.rate() / without.rate());
        assertThat(cleanup.get().rows()).isEqualTo(ROWS);
        assertThat(with.notProcessed.get()).as("callbacks that were blocked or timed out").isZero();
    }

    private RetentionReport cleanUp() {
        CleanupListener takesTurns = new CleanupListener() {
            @Override
            public void removed(String table, long rows) {
                turn.acquireUninterruptibly();
                turn.release();
            }
        };
        turn.acquireUninterruptibly();
        turn.release();
        try (Retention retention = Settings.retention(database, takesTurns, "pause=50ms")) {
            return retention.runOnce(Settings.ORDER);
        }
    }

    private void window(Half half) {
        now = half;
        long began = System.nanoTime();
        pass();
        half.nanos.addAndGet(System.nanoTime() - began);
    }

    private static void pass() {
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(WINDOW_SECONDS, TimeUnit.SECONDS))
                .join();
    }

    /** As fast as the answers come. */
    private void sendUntilDone(Node node) {
        while (!done.get()) {
            Half half = now;
            long began = System.nanoTime();
            try {
                List<Outcome> outcomes =
                        node.receive(List.of(TestEvents.unordered("bench-" + ids.incrementAndGet())));
                if (!(outcomes.get(0) instanceof Outcome.Processed)) {
                    half.notProcessed.incrementAndGet();
                }
            } catch (Exception e) {
                half.notProcessed.incrementAndGet();
            }
            half.micros.recordValue((System.nanoTime() - began) / 1000);
        }
    }

    private static final class Half {
        private final Histogram micros = new ConcurrentHistogram(3);
        private final AtomicLong notProcessed = new AtomicLong();
        private final AtomicLong nanos = new AtomicLong();

        private double seconds() {
            return nanos.get() / 1e9;
        }

        private double rate() {
            return micros.getTotalCount() / seconds();
        }

        private void print(String name) {
            System.out.printf(
                    Locale.ROOT,
                    "  %-20s %7.0f callbacks/s  p50 %6.1f ms  p99 %6.1f ms  max %6.1f ms  queued or refused: %d%n",
                    name,
                    rate(),
                    micros.getValueAtPercentile(50) / 1000.0,
                    micros.getValueAtPercentile(99) / 1000.0,
                    micros.getMaxValue() / 1000.0,
                    notProcessed.get());
        }
    }
}
