package io.github.dingtalkinbox.internal.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.internal.identity.TestHandlers.Action;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** What shares a transaction is late together, and takes effect once all the same. */
class SharedDeadlinePostgresTest extends SharedFixture {
    /** Time for all to share a transaction before it, and as much to see what they were answered before that is ended. */
    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** As long as what stores an event takes on a busy machine, too. */
    private static final Duration HANDLER_TIMEOUT = Duration.ofSeconds(4);

    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    SharedDeadlinePostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void aLateTransactionThatCommitsHasItsCopiesDropped() throws Exception {
        Node node = late(onceInTheMidst(mayGoOn::await)).build();

        Future<List<Outcome>> outcome = deliver(node, event).get(0);

        assertAllQueued(outcome, true);
        mayGoOn.countDown();
        await().untilAsserted(() -> assertTookEffectOnce(all()));
        node.settle();
        assertAllTookEffectOnce();
        assertThat(effects.sizes()).containsExactly(ALL_NEIGHBOURS + 1);
        assertThat(transactionsOf(all())).isOne();
    }

    @Test
    void aLateTransactionThatFailsLeavesItsEventsToTheWorkers() throws Exception {
        Node node = late(onceInTheMidst(() -> {
                    mayGoOn.await();
                    throw new IOException("late");
                }))
                .build();

        Future<List<Outcome>> outcome = deliver(node, event).get(0);

        assertAllQueued(outcome, true);
        mayGoOn.countDown();
        node.settle();
        assertAllTookEffectOnce();
        assertSeparated();
    }

    @Test
    void ofAFailureThatComesWhenOnlySomeAreLateTheOthersAreTriedAtOnce() throws Exception {
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch firstIsLate = new CountDownLatch(1);
        Node node = sharing(onceInTheMidst(() -> {
                    isInside.countDown();
                    firstIsLate.await();
                    throw new IOException("late for one of them");
                }))
                .connections(1)
                .build();
        gate.close(node, Gate.TYPE);
        FutureTask<List<Outcome>> first = new FutureTask<>(() -> node.receive(List.of(neighbours.get(0))));
        Thread firstThread = new Thread(first, "delivery");
        firstThread.start();
        Gate.await(() -> Gate.isWaiting(firstThread));
        Future<List<Outcome>> second = gate.deliver(node, List.of(event));
        gate.open();
        isInside.await();

        // It ends the wait as the deadline does, and of this one alone.
        firstThread.interrupt();
        assertThat(first.get()).containsExactly(new Queued(neighbours.get(0).id()));
        firstIsLate.countDown();

        assertThat(second.get()).containsExactly(new Processed(event.id()));
        node.settle();
        assertTookEffectOnce(List.of(neighbours.get(0), event));
        assertThat(effects.sizes()).containsExactly(2, 1, 1);
    }

    @Test
    void aTransactionThatHangsIsEndedBeforeTheDeadlineAndTheWorkersGoOn() throws Exception {
        assertTheWorkersGoOn(sharing(hangOnce()).handlerTimeout(HANDLER_TIMEOUT).build());
    }

    @Test
    void aTransactionThatHangsIsEndedLongBeforeAHandlerIsAndTheWorkersGoOn() throws Exception {
        assertTheWorkersGoOn(
                late(hangOnce()).handlerTimeout(Duration.ofHours(1)).build());
    }

    private void assertTheWorkersGoOn(Node node) throws Exception {
        Future<List<Outcome>> outcome = deliver(node, event).get(0);

        assertAllQueued(outcome, true);
        node.settle();
        assertAllTookEffectOnce();
        assertSeparated();
    }

    @Test
    void whatWaitsForItsTransactionUntilTheDeadlineIsQueuedUntried() throws Exception {
        Node node = late(e -> {}).build();
        gate.close(node, Gate.TYPE);

        Future<List<Outcome>> outcome =
                deliverAll(node, List.of(List.of(event))).get(0);

        assertAllQueued(outcome, false);
        gate.open();
        assertThat(effects.sizes()).isEmpty();
        node.settle();
        assertAllTookEffectOnce();
        assertThat(effects.sizes()).as("one by one").hasSize(ALL_NEIGHBOURS + 1);
    }

    /** A node that is late as soon as possible; with one connection, because those who wait lose their patience earlier. */
    private Node.Builder late(Action action) {
        return sharing(action).deadline(DEADLINE).connections(1);
    }

    private Action hangOnce() {
        return onceInTheMidst(() -> jdbc.sql("select pg_sleep(3600)").query().singleRow());
    }

    private void assertAllQueued(Future<List<Outcome>> outcome, boolean isLateCopy) throws Exception {
        assertThat(outcome.get()).containsExactly(new Queued(event.id()));
        assertThat(neighboursOutcomes()).hasSize(ALL_NEIGHBOURS).hasOnlyElementsOfType(Queued.class);
        for (Event waiting : all()) {
            assertThat(queued(waiting))
                    .containsEntry("state", "pending")
                    .containsEntry("attempts", 0)
                    .containsEntry("late_copy", isLateCopy);
        }
    }

    private void assertAllTookEffectOnce() {
        assertTookEffectOnce(all());
        assertNotQueued(all());
    }
}
