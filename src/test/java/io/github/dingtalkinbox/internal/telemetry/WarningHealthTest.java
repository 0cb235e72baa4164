package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.internal.queue.QueueLevels.QueueDepth;
import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class WarningHealthTest {
    @Test
    void withoutAnyAllIsWell() {
        Health health = WarningHealthIndicator.ofDeadLetters(() -> dead(0)).health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).containsOnlyKeys("count").containsEntry("count", 0L);
    }

    @Test
    void theWarningSaysHowManyAndWhatToDo() {
        Health health = WarningHealthIndicator.ofDeadLetters(() -> dead(3)).health();

        assertThat(health.getStatus()).isEqualTo(WarningHealthIndicator.WARNING);
        assertThat(health.getDetails()).containsEntry("count", 3L).hasEntrySatisfying("action", action -> assertThat(
                        action)
                .asString()
                .contains("queue list", "queue replay", "queue discard"));
    }

    @Test
    void theWarningOfStandbysSaysWhatToDo() {
        Health health = WarningHealthIndicator.ofStandbys(() -> 1).health();

        assertThat(health.getStatus()).isEqualTo(WarningHealthIndicator.WARNING);
        assertThat(health.getDetails()).containsEntry("count", 1L).hasEntrySatisfying("action", action -> assertThat(
                        action)
                .asString()
                .contains("synchronous_standby_names", "high-availability.md"));
    }

    @Test
    void theWarningOfSealHeadsSaysWhatToDo() {
        Health health = WarningHealthIndicator.ofSealHeads(() -> 3).health();

        assertThat(health.getStatus()).isEqualTo(WarningHealthIndicator.WARNING);
        assertThat(health.getDetails())
                .containsEntry("count", 3L)
                .hasEntrySatisfying(
                        "action", action -> assertThat(action).asString().contains("inbox.seal.head"));
    }

    @Test
    void theWarningOfTheCleanupSaysForHowManyDaysAndWhatToDo() {
        Health health = WarningHealthIndicator.ofCleanup(() -> 3).health();

        assertThat(health.getStatus()).isEqualTo(WarningHealthIndicator.WARNING);
        assertThat(health.getDetails()).containsEntry("count", 3L).hasEntrySatisfying("action", action -> assertThat(
                        action)
                .asString()
                .contains("command cleanup", "inbox.retention.events"));
    }

    @Test
    void aDatabaseThatDoesNotTellIsNoWarning() {
        Health health = WarningHealthIndicator.ofDeadLetters(() -> {
                    throw new IllegalStateException("away");
                })
                .health();

        assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void aDatabaseThatHangsIsAskedOnceAndNotWaitedFor() {
        CountDownLatch hanging = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        var indicator = WarningHealthIndicator.ofDeadLetters(() -> {
            asked.incrementAndGet();
            awaitUninterruptibly(hanging);
            return dead(1);
        });
        long start = System.nanoTime();

        assertThat(indicator.health().getStatus()).isEqualTo(Status.UNKNOWN);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(indicator.health().getStatus()).isEqualTo(Status.UNKNOWN);
        assertThat(asked).hasValue(1);

        hanging.countDown();
        await().until(() -> indicator.health().getStatus().equals(WarningHealthIndicator.WARNING));
    }

    private static Map<QueueState, QueueDepth> dead(long depth) {
        return Map.of(QueueState.DEAD, new QueueDepth(depth, Duration.ZERO));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
