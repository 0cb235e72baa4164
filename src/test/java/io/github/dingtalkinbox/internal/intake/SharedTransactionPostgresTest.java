package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.PermanentFailure;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionSynchronization;

/** Whatever is wrong with one event of a shared transaction, its neighbours take effect once, and it has its own fate. */
class SharedTransactionPostgresTest extends SharedFixture {
    SharedTransactionPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void whatArrivesTogetherIsProcessedInOneTransaction() throws Exception {
        Node node = sharing(e -> {}).build();

        assertThat(outcome(node)).isEqualTo(new Processed(event.id()));

        assertNeighboursProcessed();
        assertThat(effects.sizes()).containsExactly(ALL_NEIGHBOURS + 1);
        assertThat(transactionsOf(all())).isOne();
        assertThat(told.processed()).containsExactlyElementsOf(all());
        assertThat(told.failed()).isEmpty();
    }

    @Test
    void anEventThatAlwaysFailsWaitsInTheQueueAlone() throws Exception {
        Node node = sharing(inTheMidst(() -> {
                    throw new IOException("its own");
                }))
                .build();

        assertThat(outcome(node)).isEqualTo(new Queued(event.id()));

        assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
        assertThat(queued(event).get("last_error")).asString().contains("its own");
        assertNeighboursProcessed();
        assertSeparated();
        assertThat(told.failed()).as("failures that count").containsExactly(List.of(event));
        assertThat(effectsOf(event)).isZero();
    }

    @Test
    void aFailureThatDoesNotComeAgainDelaysNothing() throws Exception {
        Node node = sharing(onceInTheMidst(() -> {
                    throw new IOException("only in company");
                }))
                .build();

        assertThat(outcome(node)).isEqualTo(new Processed(event.id()));

        assertAllProcessed();
        assertSeparated();
        assertThat(told.failed()).as("failures that count").isEmpty();
    }

    @Test
    void aSwallowedSqlErrorUndoesNoNeighbour() throws Exception {
        Node node = sharing(inTheMidst(() -> {
                    try {
                        jdbc.sql("insert into no_such_table values (1)").update();
                    } catch (DataAccessException swallowed) {
                        assertThat(swallowed).isNotNull();
                    }
                }))
                .build();

        assertThat(outcome(node)).isEqualTo(new Queued(event.id()));

        assertThat(queued(event)).containsEntry("attempts", 1);
        assertThat(queued(event).get("last_error")).asString().contains("caught an SQL error");
        assertNeighboursProcessed();
        assertSeparated();
        assertThat(told.failed()).containsExactly(List.of(event));
    }

    @Test
    void aConstraintThatFailsAtTheCommitUndoesNoNeighbour() throws Exception {
        jdbc.sql("drop table if exists once").update();
        jdbc.sql("create table once (id integer, constraint once_id unique (id) deferrable initially deferred)")
                .update();
        jdbc.sql("insert into once values (1)").update();
        Node node = sharing(
                        inTheMidst(() -> jdbc.sql("insert into once values (1)").update()))
                .build();

        assertThat(outcome(node)).isEqualTo(new Queued(event.id()));

        assertThat(queued(event)).containsEntry("attempts", 1);
        assertThat(queued(event).get("last_error")).asString().contains("once_id");
        assertNeighboursProcessed();
        assertSeparated();
        jdbc.sql("delete from once").update();
        node.settle();
        assertTookEffectOnce(all());
    }

    @Test
    void whatFailsAfterTheCommitUndoesNothingAndRunsNothingAgain() throws Exception {
        Node node = sharing(inTheMidst(() -> atTheEnd(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        throw new IllegalStateException("too late");
                    }
                })))
                .build();

        assertThat(outcome(node)).isEqualTo(new Processed(event.id()));

        assertAllProcessed();
        assertThat(transactionsOf(all())).isOne();
        assertThat(effects.sizes()).containsExactly(ALL_NEIGHBOURS + 1);
    }

    @Test
    void anEventThatCannotBeStoredIsRefusedAndItsNeighboursAreNot() throws Exception {
        Event tooLate = TestEvents.deliveredAt(event, Instant.parse("+300000-01-01T00:00:00Z"));
        Node node = sharing(e -> {}).build();

        Future<List<Outcome>> refused = deliver(node, tooLate).get(0);

        assertThatThrownBy(refused::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(DatabaseUnavailable.class);
        assertNeighboursProcessed();
    }

    @Test
    void ofADeliveryOfSeveralEventsOneFailsAndOnlyThatDeliveryIsQueued() throws Exception {
        Event companion = approvalFinished("companion-" + newId());
        Node node = sharing(inTheMidst(() -> {
                    throw new IOException("its own");
                }))
                .build();

        List<Outcome> outcomes =
                deliver(node, List.of(List.of(companion, event))).get(0).get();

        assertThat(outcomes).containsExactly(new Queued(companion.id()), new Queued(event.id()));
        assertThat(queued(companion)).containsEntry("attempts", 0).containsEntry("last_error", null);
        assertNeighboursProcessed();
        assertThat(node.runWorkersOnce()).isEqualTo(2);
        assertThat(effectsOf(companion)).isOne();
        assertThat(queued(event)).containsEntry("attempts", 1);
    }

    @Test
    void anEventWhoseTwinIsBeingProcessedElsewhereHoldsNobodyUp() throws Exception {
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        Node slow = Node.on(database)
                .handlers(countsEffects, everyEvent(e -> {
                    isInside.countDown();
                    mayGoOn.await();
                }))
                .build();
        Future<List<Outcome>> first = threads.submit(() -> slow.receive(List.of(event)));
        isInside.await();
        // The twin waits for a tenth of it together with the others, and for half of it alone.
        Node node = sharing(e -> {}).deadline(Duration.ofSeconds(8)).build();

        Future<List<Outcome>> twin = deliver(node, deliveredLater(event)).get(0);
        assertNeighboursProcessed();
        assertThat(twin).as("while the twin waits still").isNotDone();

        assertThat(twin.get()).containsExactly(new Queued(event.id()));
        assertThat(queued(event)).as("not late, but given up").containsEntry("late_copy", false);
        mayGoOn.countDown();
        assertThat(first.get()).containsExactly(new Processed(event.id()));
        node.settle();
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).as("the twin").isOne();
    }

    @Test
    void anEventThatHasToWaitLeavesTheOthersTogether() throws Exception {
        Event earlier = approvalStarted("special-" + newId());
        Event later = approvalFinished(
                earlier.payload().json().path("processInstanceId").asString());
        failForGood(earlier);
        Node node = sharing(e -> {}).build();

        assertThat(outcome(node, later)).isEqualTo(new Queued(later.id()));

        assertThat(queued(later)).containsEntry("state", "pending").containsEntry("attempts", 0);
        assertThat(effectsOf(later)).isZero();
        assertNeighboursProcessed();
        assertThat(transactionsOf(neighbours)).isOne();
        assertThat(effects.sizes()).containsExactly(ALL_NEIGHBOURS);
    }

    @Test
    void duplicatesOfProcessedAndOfQueuedEventsLeaveTheOthersTogether() throws Exception {
        Event waiting = approvalStarted("waiting-" + newId());
        failForGood(waiting);
        node().receive(List.of(event));
        Node node = sharing(e -> {}).build();

        List<Future<List<Outcome>>> twins = deliver(node, deliveredLater(event), deliveredLater(waiting));

        assertThat(twins.get(0).get()).containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        assertThat(twins.get(1).get()).containsExactly(new Duplicate(waiting.id(), MatchedBy.QUEUED, true));
        assertNeighboursProcessed();
        assertThat(transactionsOf(neighbours)).isOne();
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isOne();
        assertThat(duplicatesOf(waiting)).isOne();
    }

    @Test
    void sharedTransactionsThatDeadlockAreTriedAgainAsTheyAre() throws Exception {
        createBalances();
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        Node node = sharing(inTheMidst(() -> addTo(1, 2, runs, bothHoldOne))).build();
        List<Event> others = Stream.generate(() -> approvalFinished("other-" + newId()))
                .limit(4)
                .toList();
        Gate otherGate = new Gate(threads);
        Batches otherEffects = new Batches(countsEffects);
        Node other = Node.on(database)
                .handlers(otherGate, otherEffects, new Batches(everyEvent(e -> {
                    if (e.id().equals(others.get(0).id())) {
                        addTo(2, 1, runs, bothHoldOne);
                    }
                })))
                .build();
        otherGate.close(other, "bpms_instance_change");
        List<Future<List<Outcome>>> otherOutcomes =
                others.stream().map(e -> otherGate.deliver(other, List.of(e))).toList();

        Future<List<Outcome>> outcome = deliver(node, event).get(0);
        otherGate.open();

        assertThat(outcome.get()).containsExactly(new Processed(event.id()));
        for (Future<List<Outcome>> o : otherOutcomes) {
            assertThat(o.get()).hasExactlyElementsOfTypes(Processed.class);
        }
        assertNeighboursProcessed();
        assertTookEffectOnce(others);
        // At least: the victim may be quick enough to take its first row again before the other one wakes up.
        assertThat(runs).as("one of them ran again").hasValueGreaterThanOrEqualTo(3);
        assertThat(transactionsOf(all())).isOne();
        assertThat(transactionsOf(others)).isOne();
        assertThat(effects.sizes()).containsOnly(ALL_NEIGHBOURS + 1);
        assertThat(otherEffects.sizes()).containsOnly(others.size());
        assertThat(sumOfBalances()).isEqualTo(4);
    }

    private void addTo(int one, int another, AtomicInteger runs, CyclicBarrier bothHoldOne) throws Exception {
        addToBalance(one);
        if (runs.incrementAndGet() <= 2) {
            bothHoldOne.await();
        }
        addToBalance(another);
    }

    private void failForGood(Event parked) throws Exception {
        Node failing = node(everyEvent(e -> {
            throw new PermanentFailure("for good");
        }));
        failing.receive(List.of(parked));
    }

    private Outcome outcome(Node node) throws Exception {
        return outcome(node, event);
    }

    private Outcome outcome(Node node, Event delivered) throws Exception {
        return deliver(node, delivered).get(0).get().get(0);
    }

    private void assertAllProcessed() throws Exception {
        assertNeighboursProcessed();
        assertTookEffectOnce(List.of(event));
        assertNotQueued(List.of(event));
    }
}
