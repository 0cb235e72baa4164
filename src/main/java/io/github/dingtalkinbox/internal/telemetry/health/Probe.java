package io.github.dingtalkinbox.internal.telemetry.health;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.Health;

/**
 * A question to the database that may hang. It is asked by one thread at a time, and anyone who comes meanwhile waits for
 * the same answer: however many look at the health, and however long the database hangs, it takes one connection.
 *
 * <p>Safe for use by many threads.
 */
final class Probe {
    /** Kubernetes gives a probe 1 s unless told otherwise. */
    static final Duration PATIENCE = Duration.ofMillis(700);

    private final Supplier<Health> question;
    private volatile CompletableFuture<Health> answer =
            CompletableFuture.completedFuture(Health.unknown().build());

    /** @param question throws nothing */
    Probe(Supplier<Health> question) {
        this.question = question;
    }

    /** The answer; empty if there is none within {@link #PATIENCE}. */
    Optional<Health> ask() {
        try {
            return Optional.of(asked().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private synchronized CompletableFuture<Health> asked() {
        if (answer.isDone()) {
            answer = CompletableFuture.supplyAsync(question, Probe::run);
        }
        return answer;
    }

    private static void run(Runnable task) {
        Thread thread = new Thread(task, "inbox-health");
        thread.setDaemon(true);
        thread.start();
    }
}
