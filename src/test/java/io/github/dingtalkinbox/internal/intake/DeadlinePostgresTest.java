package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.Overloaded;
import io.github.dingtalkinbox.PermanentFailure;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.testing.CuttingProxy;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is not done by the deadline is queued and answered; what is done after all takes effect no second time. */
class DeadlinePostgresTest extends ContractFixture {
    /** Time for a transaction to begin: the copy of an event that is not begun yet would keep it from its handlers. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    /** A time limit for handlers that what stores an event keeps on a busy machine, too. */
    private static final Duration LONG_ENOUGH_TO_BE_STORED = Duration.ofSeconds(4);

    private final CountDownLatch isInside = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final AtomicInteger runs = new AtomicInteger();

    DeadlinePostgresTest(TestDatabase database) {
        super(database, ProcessingMode.SYNC);
    }

    @Test
    void aLateTransactionThatCommitsTakesEffectAndItsCopyIsDropped() throws Exception {
        Event event = approvalFinished(newId());
        Node node = slowNode(() -> {});

        assertThat(node.receive(List.of(event))).containsExactly(new Queued(event.id()));
        assertThat(queued(event)).containsEntry("state", "pending").containsEntry("attempts", 0);
        mayGoOn.countDown();
        await().until(() -> effectsOf(event) == 1);
        node.settle();

        assertThat(effectsOf(event)).isOne();
        assertThat(runs).hasValue(1);
        assertThat(duplicatesOf(event))
                .as("a copy of our own is no duplicate delivery")
                .isZero();
        assertThat(node.receive(List.of(event))).containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
    }

    @Test
    void aLateTransactionThatFailsLeavesTheEventToTheWorkers() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean fails = new AtomicBoolean(true);
        Node node = slowNode(() -> {
            if (fails.getAndSet(false)) {
                throw new IllegalStateException("late");
            }
        });

        assertThat(node.receive(List.of(event))).containsExactly(new Queued(event.id()));
        mayGoOn.countDown();
        node.settle();

        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isZero();
    }

    @Test
    void aWorkerThatMeetsTheLateTransactionHasMadeNoAttempt() throws Exception {
        Event event = approvalFinished(newId());
        Node node = slowNode(() -> {});
        node.receive(List.of(event));

        assertThat(node.runWorkersOnce()).isOne();

        assertThat(queued(event)).containsEntry("state", "pending").containsEntry("attempts", 0);
        mayGoOn.countDown();
        node.settle();
        assertThat(effectsOf(event)).isOne();
        assertThat(runs).hasValue(1);
    }

    @Test
    void aDeliveryAfterTheCopyIsADuplicateThoughTheFirstStillRuns() throws Exception {
        Event event = approvalFinished(newId());
        Node node = slowNode(() -> {});
        Node other = node();
        node.receive(List.of(event));

        assertThat(other.receive(List.of(deliveredLater(event))))
                .containsExactly(new Duplicate(event.id(), MatchedBy.QUEUED, true));

        mayGoOn.countDown();
        node.settle();
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isOne();
    }

    @Test
    void aTwinOnAnotherNodeWaitsNoLongerThanItsLockTimeoutAndIsQueued() throws Exception {
        Event event = approvalFinished(newId());
        Node slow = slow(nodeOn(database), () -> {}).build();
        // It waits for a lock for half of that, so that it has as long to be queued by its deadline.
        Node other = nodeOn(database)
                .handlers(countsEffects)
                .deadline(Duration.ofSeconds(8))
                .build();
        Future<List<Outcome>> first = threads.submit(() -> slow.receive(List.of(event)));
        isInside.await();

        assertThat(other.receive(List.of(deliveredLater(event)))).containsExactly(new Queued(event.id()));
        assertThat(queued(event)).as("ended by its lock timeout").containsEntry("late_copy", false);

        mayGoOn.countDown();
        assertThat(first.get()).containsExactly(new Processed(event.id()));
        other.settle();
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).as("the twin").isOne();
    }

    @Test
    void twinsThatWaitTakeNoConnectionFromOtherEvents() throws Exception {
        Event event = approvalFinished(newId());
        Event unrelated = approvalFinished(newId());
        Node node = nodeOn(database)
                .handlers(countsEffects, everyEvent(e -> {
                    if (e.id().equals(event.id())) {
                        isInside.countDown();
                        mayGoOn.await();
                    }
                }))
                .connections(2)
                .build();
        List<Future<List<Outcome>>> deliveries = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            deliveries.add(threads.submit(() -> node.receive(List.of(event))));
        }
        isInside.await();

        assertThat(node.receive(List.of(unrelated))).containsExactly(new Processed(unrelated.id()));

        mayGoOn.countDown();
        int processed = 0;
        for (Future<List<Outcome>> delivery : deliveries) {
            processed += delivery.get().get(0) instanceof Processed ? 1 : 0;
        }
        assertThat(processed).isOne();
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isEqualTo(29);
    }

    @Test
    void whatFindsNoConnectionByTheDeadlineIsQueued() throws Exception {
        Event slow = approvalFinished(newId());
        Event event = approvalFinished(newId());
        Node node = slow(nodeOn(database).deadline(DEADLINE).connections(1), () -> {})
                .build();
        node.receive(List.of(slow));

        assertThat(node.receive(List.of(event))).containsExactly(new Queued(event.id()));

        mayGoOn.countDown();
        node.settle();
        assertThat(effectsOf(slow)).isOne();
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isZero();
    }

    @Test
    void aDeliveryThatIsInterruptedBeforeItsTransactionIsQueued() throws Exception {
        Event slow = approvalFinished(newId());
        Event event = approvalFinished(newId());
        Node node = slow(nodeOn(database).connections(1), () -> {}).build();
        Future<List<Outcome>> first = threads.submit(() -> node.receive(List.of(slow)));
        isInside.await();

        assertThat(interrupted(node, event)).containsExactly(new Queued(event.id()));
        assertThat(queued(event)).containsEntry("late_copy", false);

        mayGoOn.countDown();
        first.get();
        node.settle();
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isZero();
    }

    @Test
    void aDeliveryThatIsInterruptedDuringItsTransactionIsQueuedAsALateCopy() throws Exception {
        Event event = approvalFinished(newId());
        Node node = slow(nodeOn(database), () -> {}).build();

        assertThat(interrupted(node, event)).containsExactly(new Queued(event.id()));
        assertThat(queued(event)).containsEntry("late_copy", true);

        mayGoOn.countDown();
        await().until(() -> effectsOf(event) == 1);
        node.settle();
        assertThat(effectsOf(event)).isOne();
        assertThat(runs).hasValue(1);
        assertThat(duplicatesOf(event)).isZero();
    }

    /** What the inbox answers a thread that is interrupted as soon as it waits; it still is interrupted afterwards. */
    private static List<Outcome> interrupted(Node node, Event event) throws Exception {
        AtomicBoolean isStillInterrupted = new AtomicBoolean();
        FutureTask<List<Outcome>> delivery = new FutureTask<>(() -> {
            try {
                return node.receive(List.of(event));
            } finally {
                isStillInterrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        Thread thread = new Thread(delivery, "delivery");
        thread.start();
        Gate.await(() -> Gate.isWaiting(thread));
        thread.interrupt();
        List<Outcome> outcomes = delivery.get();
        assertThat(isStillInterrupted).isTrue();
        return outcomes;
    }

    @Test
    void aFullIntakeRefusesAtOnce() throws Exception {
        Event event = approvalFinished(newId());
        Node node = slow(nodeOn(database).maxInFlight(1), () -> {}).build();
        Future<List<Outcome>> first = threads.submit(() -> node.receive(List.of(event)));
        isInside.await();

        assertThatThrownBy(() -> node.receive(List.of(approvalFinished(newId()))))
                .isInstanceOf(Overloaded.class)
                .hasMessageContaining("inbox.max-in-flight");

        mayGoOn.countDown();
        first.get();
        assertThat(node.receive(List.of(event))).hasExactlyElementsOfTypes(Duplicate.class);
    }

    @Test
    void aHandlerThatNeverReturnsIsEndedAndLeavesNothingBehind() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean hangs = new AtomicBoolean(true);
        Node node = nodeOn(database)
                .handlers(countsEffects, everyEvent(e -> {
                    if (hangs.getAndSet(false)) {
                        jdbc.sql("select pg_sleep(3600)").query().singleRow();
                    }
                }))
                .deadline(DEADLINE)
                .handlerTimeout(LONG_ENOUGH_TO_BE_STORED)
                .build();

        assertThat(node.receive(List.of(event))).containsExactly(new Queued(event.id()));
        node.settle();

        assertThat(effectsOf(event)).isOne();
        assertThat(sleeping()).isZero();
    }

    @Test
    void aStatementThatGoesOutAfterTheCancellationIsEndedAsWell() throws Exception {
        Event event = approvalFinished(newId());
        try (CuttingProxy proxy = CuttingProxy.to(database);
                TestDatabase throughProxy = proxy.database()) {
            Node node = slow(
                            nodeOn(throughProxy).deadline(DEADLINE).handlerTimeout(LONG_ENOUGH_TO_BE_STORED),
                            new Effects(throughProxy.jdbc()),
                            () -> {
                                if (runs.get() == 1) {
                                    throughProxy
                                            .jdbc()
                                            .sql("select pg_sleep(3600)")
                                            .query()
                                            .singleRow();
                                }
                            })
                    .build();
            proxy.afterNextCancel(() -> {
                mayGoOn.countDown();
                await().until(() -> sleeping() == 1);
            });

            assertThat(node.receive(List.of(event))).containsExactly(new Queued(event.id()));
            await().until(() -> mayGoOn.getCount() == 0);
            node.settle();

            assertThat(effectsOf(event)).isOne();
            assertThat(sleeping()).isZero();
        }
    }

    /** The sessions of this database whose handler sleeps for an hour. */
    private int sleeping() {
        return jdbc.sql("""
                        select count(*) from pg_stat_activity
                         where datname = current_database() and query like '%pg_sleep(3600)%' and pid <> pg_backend_pid()
                           and state = 'active'
                        """).query(Integer.class).single();
    }

    @Test
    void aWorkersHandlerThatNeverReturnsIsAFailedAttempt() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean goesOn = new AtomicBoolean();
        EventHandler ignoresInterrupts = everyEvent(e -> {
            while (!goesOn.get()) {
                Thread.onSpinWait();
            }
        });
        Node node = nodeOn(database)
                .mode(ProcessingMode.QUEUE)
                .handlers(countsEffects, ignoresInterrupts)
                .handlerTimeout(Duration.ofSeconds(1))
                .build();
        nodeOn(database).mode(ProcessingMode.QUEUE).build().receive(List.of(event));

        node.runWorkersOnce();

        assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
        assertThat(queued(event).get("last_error")).asString().contains("inbox.handler-timeout");
        goesOn.set(true);
        node.settle();
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void ofSeveralEventsOfWhichOneFailsTheOthersTakeEffect() throws Exception {
        Event good = approvalFinished(newId());
        Event bad = approvalFinished(newId());
        Node node = nodeOn(database)
                .handlers(countsEffects, everyEvent(e -> {
                    if (e.id().equals(bad.id())) {
                        throw new IllegalStateException("bad");
                    }
                }))
                .maxAttempts(2)
                .build();

        assertThat(node.receive(List.of(good, bad))).containsExactly(new Queued(good.id()), new Queued(bad.id()));
        node.settle();

        assertThat(effectsOf(good)).isOne();
        assertThat(effectsOf(bad)).isZero();
        assertThat(queued(bad)).containsEntry("state", "dead").containsEntry("attempts", 2);
    }

    @Test
    void aDeliveryOfWhichOnePartHasToWaitWaitsWhole() throws Exception {
        Event parked = approvalFinished(newId());
        Event unrelated = approvalFinished(newId());
        Node failing = nodeOn(database)
                .handlers(everyEvent(e -> {
                    throw new PermanentFailure("for good");
                }))
                .build();
        failing.receive(List.of(parked));
        Event behind = TestEvents.event("""
                {"EventType":"bpms_task_change","eventId":"%s","CorpId":"%s","EventTime":1790000009999,"processInstanceId":"%s","taskId":1,
                 "type":"start"}
                """.formatted(
                        newId(),
                        parked.corpId(),
                        parked.payload().json().path("processInstanceId").asString()));
        Node node = node();

        assertThat(node.receive(List.of(unrelated, behind)))
                .containsExactly(new Queued(unrelated.id()), new Queued(behind.id()));
        node.settle();

        assertThat(effectsOf(unrelated)).isOne();
        assertThat(queued(behind)).containsEntry("state", "pending");
        assertThat(queued(parked)).containsEntry("state", "dead");
    }

    @Test
    void handlersThatIgnoreTheirInterruptionDoNotUseUpThePool() throws Exception {
        Semaphore goesOn = new Semaphore(0);
        AtomicInteger ignoring = new AtomicInteger();
        Node node = nodeOn(database)
                .handlers(countsEffects, everyEvent(e -> {
                    ignoring.incrementAndGet();
                    goesOn.acquireUninterruptibly();
                    goesOn.release();
                }))
                .deadline(Duration.ofMillis(150))
                .handlerTimeout(Duration.ofMillis(200))
                .maxAttempts(1)
                .build();
        while (ignoring.get() <= database.dataSource().getMaximumPoolSize()) {
            Event hanging = approvalFinished(newId());
            deliverUntilAnswered(node, hanging, new AtomicInteger()); // refused, if 200 ms are too short to store it
        }

        Node other = node();
        Event ordinary = approvalFinished(newId());
        await().untilAsserted(() ->
                assertThat(other.receive(List.of(ordinary)).get(0)).isNotNull());
        goesOn.release();
        node.settle();
        assertThat(effectsOf(ordinary)).isOne();
    }

    /** A copy of a delivery is known by the moment of its arrival. */
    private static Event deliveredLater(Event event) {
        return TestEvents.deliveredAt(event, event.delivery().receivedAt().plus(1, ChronoUnit.MICROS));
    }

    private Node slowNode(Runnable end) {
        return slow(nodeOn(database).deadline(DEADLINE), end).build();
    }

    /** The first run waits inside until it may go on. */
    private Node.Builder slow(Node.Builder builder, Runnable end) {
        return slow(builder, countsEffects, end);
    }

    private Node.Builder slow(Node.Builder builder, EventHandler effects, Runnable end) {
        return builder.handlers(effects, everyEvent(e -> {
            if (runs.incrementAndGet() == 1) {
                isInside.countDown();
                mayGoOn.await();
            }
            end.run();
        }));
    }
}
