package io.github.dingtalkinbox.internal.telemetry.metrics;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the database said a moment ago: the levels of the queue, of the seals, of the cleanup. However many ask, and
 * however long the database hangs, only one thread at a time asks it, and not often.
 *
 * <p>Safe for use by many threads.
 */
final class LatestLevels<T> {
    /** How long an answer is good, and a failure too. */
    static final Duration VALIDITY = Duration.ofSeconds(5);

    /** All gauges of one scrape together wait no longer. */
    static final Duration PATIENCE = Duration.ofMillis(700);

    private static final Logger log = LoggerFactory.getLogger(LatestLevels.class);

    private final Supplier<T> database;
    private final LongSupplier nanoTime;
    private volatile @Nullable Reading<T> latest;

    LatestLevels(Supplier<T> database, LongSupplier nanoTime) {
        this.database = database;
        this.nanoTime = nanoTime;
    }

    /** The levels; empty if the database does not tell in time. */
    Optional<T> get() {
        Reading<T> reading = current();
        long patience = reading.startedAt() + PATIENCE.toNanos() - nanoTime.getAsLong();
        try {
            return Optional.of(reading.levels().get(Math.max(patience, 0), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            log.debug("The database does not tell", e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized Reading<T> current() {
        long now = nanoTime.getAsLong();
        Reading<T> reading = latest;
        if (reading == null || (reading.levels().isDone() && now - reading.startedAt() >= VALIDITY.toNanos())) {
            reading = new Reading<>(now, CompletableFuture.supplyAsync(database, LatestLevels::run));
            latest = reading;
        }
        return reading;
    }

    private static void run(Runnable task) {
        Thread thread = new Thread(task, "inbox-metrics");
        thread.setDaemon(true);
        thread.start();
    }

    private record Reading<T>(long startedAt, CompletableFuture<T> levels) {}
}
