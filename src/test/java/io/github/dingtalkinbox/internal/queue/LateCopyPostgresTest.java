package io.github.dingtalkinbox.internal.queue;

import static io.github.dingtalkinbox.internal.identity.TestEvents.deliveredAt;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.internal.identity.TestHandlers.Action;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Copies of deliveries that were answered while their processing still ran. */
class LateCopyPostgresTest extends QueueFixture {
    private static final int MANY = 100;
    /** Time for a transaction to begin: the copy of an event that is not begun yet would keep it from its handlers. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final CountDownLatch isInside = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final Event event = nth("slow", 1);

    LateCopyPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void itIsDroppedWithoutATraceIfItsDeliveryWasProcessedAfterAll() throws Exception {
        Node node = slow(e -> {});
        answeredLate(node);
        mayGoOn.countDown();
        Awaitility.await().until(() -> effects().size() == 1);

        TestQueue.runOnce(worker(node), MANY);

        assertThat(effects()).containsExactly(event.id());
        assertThat(queuedIds()).isEmpty();
        assertThat(count("duplicate_deliveries")).isZero();
    }

    @Test
    void itTakesEffectIfItsDeliveryFailed() throws Exception {
        Node node = slow(e -> {
            throw new IllegalStateException("fails late");
        });
        answeredLate(node);
        mayGoOn.countDown();

        queueing().settle();

        assertThat(effects()).containsExactly(event.id());
        assertThat(count("duplicate_deliveries")).isZero();
    }

    @Test
    void itIsDroppedAsADuplicateIfATwinWasProcessed() throws Exception {
        Event twin = deliveredAt(event, event.delivery().receivedAt().plusSeconds(10));
        Node other = Node.on(database).handlers(effects(database)).build();
        // Late enough for the twin to come before the copy.
        Node node = slow(Duration.ofSeconds(4), e -> {
            throw new IllegalStateException("fails late");
        });
        Future<List<Outcome>> late = threads.submit(() -> node.receive(List.of(event)));
        isInside.await();
        Future<List<Outcome>> waiting = threads.submit(() -> other.receive(List.of(twin)));
        awaitALockWait();
        assertThat(late.get()).containsExactly(new Queued(event.id()));
        mayGoOn.countDown();
        assertThat(waiting.get()).containsExactly(new Processed(event.id()));

        TestQueue.runOnce(worker(other), MANY);

        assertThat(effects()).containsExactly(event.id());
        assertThat(queuedIds()).isEmpty();
        assertThat(count("duplicate_deliveries")).isOne();
    }

    @Test
    void whileItsDeliveryIsBeingProcessedNoAttemptIsMade() throws Exception {
        Node node = slow(e -> {});
        answeredLate(node);

        for (int look = 0; look < 2; look++) {
            OffsetDateTime before = now();
            assertThat(TestQueue.runOnce(worker(node), MANY)).isOne();
            assertThat(queued(event))
                    .containsEntry("state", "pending")
                    .containsEntry("attempts", 0)
                    .containsEntry("last_error", null);
            assertThat(isPutOff(event, before)).isTrue();
            assertThat(count("ordering_leases")).isZero();
            makeDue();
        }
        assertThat(effects()).isEmpty();

        mayGoOn.countDown();
        node.settle();
        assertThat(effects()).containsExactly(event.id());
        assertThat(count("duplicate_deliveries")).isZero();
    }

    /** Processes at once, but its handler waits to be let go on. */
    private Node slow(Action atTheEnd) {
        return slow(DEADLINE, atTheEnd);
    }

    private Node slow(Duration deadline, Action atTheEnd) {
        return Node.on(database)
                .deadline(deadline)
                .handlers(effects(database), doing(e -> {
                    isInside.countDown();
                    mayGoOn.await();
                    atTheEnd.run(e);
                }))
                .build();
    }

    private void answeredLate(Node node) throws Exception {
        assertThat(node.receive(List.of(event))).containsExactly(new Queued(event.id()));
        assertThat(queued(event)).containsEntry("late_copy", true);
    }
}
