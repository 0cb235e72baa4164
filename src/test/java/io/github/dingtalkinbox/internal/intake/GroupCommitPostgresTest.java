package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.identity.TestHandlers.Action;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much shares a transaction, what never does, and that no event type holds up the others. */
class GroupCommitPostgresTest extends ContractFixture {
    private static final String SLOW = "slow_event";
    private static final int CONNECTIONS = 8;

    private final Gate gate = new Gate(threads);
    private final Batches effects = new Batches(countsEffects);

    GroupCommitPostgresTest(TestDatabase database) {
        super(database, ProcessingMode.SYNC);
    }

    @Test
    void moreEventsThanOneTransactionTakesAreSplit() throws Exception {
        deliverTogether(Stream.generate(() -> ofType("some_event")).limit(200).toList());

        assertThat(effects.sizes()).containsExactly(128, 72);
    }

    @Test
    void moreTextThanOneTransactionTakesIsSplit() throws Exception {
        deliverTogether(IntStream.of(300_000, 300_000, 300_000, 300_000, 1_500_000, 1, 1)
                .mapToObj(length -> event("{\"EventType\":\"some_event\",\"eventId\":\"%s\",\"text\":\"%s\"}"
                        .formatted(newId(), "x".repeat(length))))
                .toList());

        assertThat(effects.sizes()).containsExactly(3, 1, 1, 2);
    }

    @Test
    void whatOneHandlerWantsToTakeAloneNeverShares() throws Exception {
        List<Event> handled = new CopyOnWriteArrayList<>();
        List<Event> events =
                Stream.generate(() -> ofType("some_event")).limit(5).toList();

        deliverTogether(events, plain("some_event", handled::add));

        assertThat(handled).containsExactlyElementsOf(events);
        assertThat(effects.sizes()).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void whatNoSuchHandlerWantsSharesBesideIt() throws Exception {
        deliverTogether(
                List.of(ofType("other_event"), ofType("some_event"), ofType("other_event"), ofType("some_event")),
                plain("some_event", e -> {}));

        assertThat(effects.sizes()).containsExactlyInAnyOrder(2, 1, 1);
    }

    @Test
    void differentEventTypesDoNotShare() throws Exception {
        deliverTogether(List.of(ofType("some_event"), ofType("other_event"), ofType("some_event")));

        assertThat(effects.sizes()).containsExactlyInAnyOrder(2, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void allTheTransactionsThatASlowTypeCanGetLeaveSomeToOthers(boolean takesManyAtOnce) throws Exception {
        AtomicInteger inside = new AtomicInteger();
        CountDownLatch mayGoOn = new CountDownLatch(1);
        EventHandler slow = plain(SLOW, e -> {
            inside.incrementAndGet();
            mayGoOn.await();
        });
        Node node = Node.on(database)
                .handlers(gate, effects, takesManyAtOnce ? new Batches(slow) : slow)
                .deadline(Duration.ofSeconds(5))
                .connections(CONNECTIONS)
                .build();
        List<Future<List<Outcome>>> slowOnes = new ArrayList<>();
        int most = CONNECTIONS - CONNECTIONS / 3;
        for (int i = 1; i <= most; i++) {
            int expected = i;
            slowOnes.add(gate.deliver(node, List.of(ofType(SLOW))));
            Gate.await(() -> inside.get() == expected);
        }
        for (int i = 0; i < 20; i++) {
            slowOnes.add(gate.deliver(node, List.of(ofType(SLOW))));
        }

        gate.close(node, "other_event");
        assertThat(node.receive(List.of(ofType("some_event")))).hasExactlyElementsOfTypes(Processed.class);
        assertThat(inside).as("slow handlers meanwhile").hasValue(most);

        gate.open();
        mayGoOn.countDown();
        for (Future<List<Outcome>> outcome : slowOnes) {
            assertThat(outcome.get()).allMatch(ContractFixture::isFirst);
        }
        node.settle();
        assertThat(inside).hasValue(slowOnes.size());
    }

    @Test
    void whatWaitsBehindATransactionThatIsStuckIsLetThroughLongBeforeTheDeadline() throws Exception {
        Duration deadline = Duration.ofSeconds(10);
        Node node = Node.on(database).handlers(gate, effects).deadline(deadline).build();
        Event event = ofType("some_event");
        gate.close(node, event.type());
        long start = System.nanoTime();

        assertThat(node.receive(List.of(event))).containsExactly(new Processed(event.id()));

        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(deadline.dividedBy(10), deadline.dividedBy(2));
        gate.open();
    }

    @Test
    void theNextTransactionBeginsWhileTheOneBeforeItCommits() throws Exception {
        Effects.waitForLockAtCommit(jdbc);
        Node node = Node.on(database)
                .handlers(effects)
                .deadline(Duration.ofHours(1)) // nobody loses patience
                .build();
        try (var blocker = database.dataSource().getConnection();
                var statement = blocker.createStatement()) {
            statement.execute("select pg_advisory_lock(4711)");
            Future<List<Outcome>> first = gate.deliver(node, List.of(ofType("some_event")));
            awaitALockWait();

            Future<List<Outcome>> second = gate.deliver(node, List.of(ofType("some_event")));

            Gate.await(() -> effects.sizes().size() == 2);
            assertThat(first).isNotDone();
            statement.execute("select pg_advisory_unlock(4711)");
            assertThat(first.get()).hasExactlyElementsOfTypes(Processed.class);
            assertThat(second.get()).hasExactlyElementsOfTypes(Processed.class);
        }
    }

    @Test
    void whatHasWaitedForItsTwinIsADuplicateOfWhatThatHasCommitted() throws Exception {
        Effects.waitForLockAtCommit(jdbc);
        Node node = Node.on(database)
                .handlers(effects)
                .deadline(Duration.ofHours(1)) // nobody loses patience
                .build();
        Event event = approvalFinished("known-" + newId());
        Event anotherOne = approvalFinished("another-" + newId());
        Event later =
                TestEvents.deliveredAt(event, event.delivery().receivedAt().plusMillis(7));
        Event sameApproval = event("""
                {"EventType":"bpms_instance_change","CorpId":"%s","eventId":"other-%s","processInstanceId":"%s","type":"finish"}
                """.formatted(
                        event.corpId(),
                        newId(),
                        event.payload().json().get("processInstanceId").stringValue()));
        try (var blocker = database.dataSource().getConnection();
                var statement = blocker.createStatement()) {
            statement.execute("select pg_advisory_lock(4711)");
            Future<List<Outcome>> first = gate.deliver(node, List.of(event));
            awaitALockWait();
            Future<List<Outcome>> twins = gate.deliver(node, List.of(later, anotherOne, sameApproval));
            statement.execute("select pg_advisory_unlock(4711)");

            assertThat(first.get()).containsExactly(new Processed(event.id()));
            assertThat(twins.get())
                    .containsExactly(
                            new Duplicate(event.id(), MatchedBy.EVENT_ID, true),
                            new Processed(anotherOne.id()),
                            new Duplicate(event.id(), MatchedBy.NATURAL_KEY, false));
        }
        assertThat(effectsOf(event)).isOne();
        assertThat(effectsOf(anotherOne)).isOne();
        assertThat(jdbc.sql(
                                "select since_first = interval '7 ms' from inbox.duplicate_deliveries where matched_by = 'event_id' and event_id = ?")
                        .param(event.id())
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void behindNothingButDuplicatesALookComesBeforeTheInsert() throws Exception {
        Node node = Node.on(database)
                .handlers(effects)
                .deadline(Duration.ofHours(1)) // nobody loses patience
                .build();
        List<Event> known = List.of(approvalFinished("a-" + newId()), approvalFinished("b-" + newId()));
        node.receive(known);
        try (var duplicates = database.dataSource().getConnection();
                var inserts = database.dataSource().getConnection();
                var noDuplicates = duplicates.createStatement();
                var noInserts = inserts.createStatement()) {
            duplicates.setAutoCommit(false);
            noDuplicates.execute("lock table inbox.duplicate_deliveries in exclusive mode");
            Future<List<Outcome>> first = gate.deliver(node, known.subList(0, 1));
            awaitALockWait();
            Future<List<Outcome>> next = gate.deliver(node, known);
            inserts.setAutoCommit(false);
            Future<Boolean> locked =
                    threads.submit(() -> noInserts.execute("lock table inbox.processed_events in share mode"));
            Gate.await(() -> lockWaits().size() == 2);

            duplicates.rollback();

            assertThat(first.get()).hasOnlyElementsOfType(Duplicate.class);
            assertThat(next.get()).as("without an insert").hasOnlyElementsOfType(Duplicate.class);
            locked.get();
            Event fresh = approvalFinished("c-" + newId());
            Future<List<Outcome>> last = gate.deliver(node, List.of(known.get(0), fresh));
            inserts.rollback();
            assertThat(last.get())
                    .containsExactly(
                            new Duplicate(known.get(0).id(), MatchedBy.EVENT_ID, true), new Processed(fresh.id()));
        }
        known.forEach(event -> assertThat(effectsOf(event)).isOne());
    }

    @Test
    void twinsThatWaitTogetherShareTheirTransaction() throws Exception {
        Node node = Node.on(database).handlers(gate, effects).connections(1).build();
        Event event = ofType("some_event");
        gate.close(node, Gate.TYPE);

        Future<List<Outcome>> first = gate.deliver(node, List.of(event));
        Future<List<Outcome>> twin = gate.deliver(node, List.of(event));
        gate.open();

        assertThat(first.get()).containsExactly(new Processed(event.id()));
        assertThat(twin.get()).containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        assertThat(effects.sizes()).containsExactly(1);
        assertThat(jdbc.sql(
                                "select e.xmin = d.xmin from inbox.processed_events e join inbox.duplicate_deliveries d using (event_id)"
                                        + " where event_id = ?")
                        .param(event.id())
                        .query(Boolean.class)
                        .single())
                .as("written by one transaction")
                .isTrue();
    }

    @Test
    void whenManyWaitASecondTransactionBeginsBesideTheFirst() throws Exception {
        Node node = Node.on(database)
                .handlers(gate, effects)
                .deadline(Duration.ofHours(1)) // nobody loses patience
                .build();
        gate.close(node, "some_event");
        List<Future<List<Outcome>>> outcomes = new ArrayList<>();
        for (int i = 0; i < 31; i++) {
            outcomes.add(gate.deliver(node, List.of(ofType("some_event"))));
        }
        assertThat(effects.sizes()).isEmpty();

        outcomes.add(gate.deliver(node, List.of(ofType("some_event"))));

        for (Future<List<Outcome>> outcome : outcomes) {
            assertThat(outcome.get()).hasExactlyElementsOfTypes(Processed.class);
        }
        assertThat(effects.sizes()).containsExactly(32);
        gate.open();
    }

    @Test
    void aTypeOfWhichMuchWaitsLetsOthersHaveTheirTurn() throws Exception {
        List<String> turns = new CopyOnWriteArrayList<>();
        List<Event> events = Stream.of("busy_event", "busy_event", "busy_event", "some_event", "some_event")
                .map(GroupCommitPostgresTest::ofType)
                .toList();

        deliverTogether(
                events, plain("busy_event", e -> turns.add("busy")), plain("some_event", e -> turns.add("some")));

        assertThat(turns).containsExactly("busy", "some", "busy", "some", "busy");
    }

    /** Each in a delivery of its own, all while the only connection is in use. */
    private void deliverTogether(List<Event> events, EventHandler... more) throws Exception {
        List<EventHandler> handlers = new ArrayList<>(List.of(gate, effects));
        handlers.addAll(List.of(more));
        Node node = Node.on(database).handlers(handlers).connections(1).build();
        gate.close(node, Gate.TYPE);
        List<Future<List<Outcome>>> outcomes =
                events.stream().map(e -> gate.deliver(node, List.of(e))).toList();
        gate.open();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            assertThat(outcomes.get(i).get()).containsExactly(new Processed(event.id()));
            assertThat(effectsOf(event)).isOne();
        }
    }

    private static EventHandler plain(String eventType, Action action) {
        return new EventHandler() {
            @Override
            public boolean handles(Event event) {
                return event.type().equals(eventType) && !Gate.isItsOwn(event);
            }

            @Override
            public void handle(Event event) throws Exception {
                action.run(event);
            }
        };
    }

    private static Event ofType(String type) {
        return event("{\"EventType\":\"%s\",\"eventId\":\"%s\"}".formatted(type, newId()));
    }
}
