package io.github.dingtalkinbox.internal.telemetry;

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
 * What the database said a moment ago. However many callers there are, and however long the database hangs, only one
 * thread at a time asks it, with one connection, and not often.
 *
 * <p>Safe for use by many threads.
 */
final class LatestAnswer<T> {
    /** From the question, for all that wait for its answer. Kubernetes gives a probe 1 s. */
    static final Duration PATIENCE = Duration.ofMillis(700);

    private static final Logger log = LoggerFactory.getLogger(LatestAnswer.class);

    private final Supplier<T> database;
    private final Duration validity;
    private final LongSupplier nanoTime;
    private volatile @Nullable Question<T> latest;

    /** @param validity how long an answer, or a failure, is used again */
    LatestAnswer(Supplier<T> database, Duration validity, LongSupplier nanoTime) {
        this.database = database;
        this.validity = validity;
        this.nanoTime = nanoTime;
    }

    /** The answer; empty if there is none in time, or the question failed. */
    Optional<T> get() {
        Question<T> question = current();
        long patience = question.askedAt() + PATIENCE.toNanos() - nanoTime.getAsLong();
        try {
            return Optional.of(question.answer().get(Math.max(patience, 0), TimeUnit.NANOSECONDS));
        } catch (TimeoutException | ExecutionException e) {
            log.debug("The database did not answer", e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private synchronized Question<T> current() {
        long now = nanoTime.getAsLong();
        Question<T> question = latest;
        if (question == null || (question.answer().isDone() && now - question.askedAt() >= validity.toNanos())) {
            question = new Question<>(now, CompletableFuture.supplyAsync(database, LatestAnswer::run));
            latest = question;
        }
        return question;
    }

    private static void run(Runnable task) {
        Thread thread = new Thread(task, "inbox-telemetry");
        thread.setDaemon(true);
        thread.start();
    }

    private record Question<T>(long askedAt, CompletableFuture<T> answer) {}
}
