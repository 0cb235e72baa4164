package io.github.dingtalkinbox.internal.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.internal.transaction.TimeLimits.TimeLimit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeLimitsTest {
    private static final Duration SHORT = Duration.ofMillis(30);

    private final TimeLimits limits = new TimeLimits();
    private final List<String> over = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        limits.close();
    }

    @Test
    void aTimeIsOverOnceAndNotBeforeItsDeadline() throws Exception {
        long began = System.nanoTime();
        limits.set(Deadline.in(SHORT), () -> over.add("once"));

        awaitEndOf(SHORT.multipliedBy(3));
        // Of two that are over at the same look, any may be the first.
        await().until(() -> !over.isEmpty());

        assertThat(over).containsExactly("once");
        CompletableFuture<Long> at = new CompletableFuture<>();
        limits.set(Deadline.in(SHORT), () -> at.complete(System.nanoTime()));
        assertThat(at.get(10, TimeUnit.SECONDS) - began)
                .isGreaterThanOrEqualTo(SHORT.multipliedBy(4).toNanos());
    }

    @Test
    void aLiftedLimitIsNeverOver() throws Exception {
        TimeLimit lifted = limits.set(Deadline.in(SHORT), () -> over.add("lifted"));

        assertThat(lifted.lift()).isTrue();
        assertThat(lifted.lift()).isFalse();
        awaitEndOf(SHORT.multipliedBy(3));

        assertThat(over).isEmpty();
    }

    @Test
    void oneThatFailsIsNotTheEndOfTheOthers() throws Exception {
        limits.set(Deadline.in(SHORT), () -> {
            throw new OutOfMemoryError("no thread was to be had");
        });

        awaitEndOf(SHORT.multipliedBy(2));
        awaitEndOf(SHORT);
    }

    @Test
    void whatRunsWhenTheyAreClosedIsNoticedAndThenTheThreadEnds() throws Exception {
        CompletableFuture<Thread> end = new CompletableFuture<>();
        limits.set(Deadline.in(SHORT), () -> end.complete(Thread.currentThread()));

        limits.close();

        Thread thread = end.get(10, TimeUnit.SECONDS);
        thread.join(Duration.ofSeconds(30).toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    private void awaitEndOf(Duration time) throws Exception {
        CompletableFuture<Void> end = new CompletableFuture<>();
        limits.set(Deadline.in(time), () -> end.complete(null));
        end.get(10, TimeUnit.SECONDS);
    }
}
