package io.github.dingtalkinbox.metrics;

import io.github.dingtalkinbox.queue.QueueLevels;
import io.github.dingtalkinbox.queue.QueueLevels.Level;
import io.github.dingtalkinbox.queue.QueueLevels.State;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The levels of the queue as they were a moment ago. However many ask, and however long the database hangs, it is asked
 * by one thread at a time, and seldom.
 *
 * <p>Safe for use by many threads.
 */
final class LatestLevels {
    /** How long an answer is good, and a failure too. */
    static final Duration VALIDITY = Duration.ofSeconds(5);

    /** All gauges of one scrape together wait no longer. */
    static final Duration PATIENCE = Duration.ofMillis(700);

    private static final Logger log = LoggerFactory.getLogger(LatestLevels.class);

    private final QueueLevels queue;
    private final LongSupplier nanoTime;
    private volatile @Nullable Reading latest;

    LatestLevels(QueueLevels queue, LongSupplier nanoTime) {
        this.queue = queue;
        this.nanoTime = nanoTime;
    }

    /** The levels; empty if the database does not tell in time. */
    Optional<Map<State, Level>> get() {
        Reading reading = current();
        long patience = reading.startedAt() + PATIENCE.toNanos() - nanoTime.getAsLong();
        try {
            return Optional.of(reading.levels().get(Math.max(patience, 0), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            log.debug("The database does not tell how much is in the queue", e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized Reading current() {
        long now = nanoTime.getAsLong();
        Reading reading = latest;
        if (reading == null || (reading.levels().isDone() && now - reading.startedAt() >= VALIDITY.toNanos())) {
            reading = new Reading(now, CompletableFuture.supplyAsync(queue::read, LatestLevels::run));
            latest = reading;
        }
        return reading;
    }

    private static void run(Runnable task) {
        Thread thread = new Thread(task, "inbox-metrics");
        thread.setDaemon(true);
        thread.start();
    }

    private record Reading(long startedAt, CompletableFuture<Map<State, Level>> levels) {}
}
