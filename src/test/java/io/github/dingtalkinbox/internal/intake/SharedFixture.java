package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.identity.TestHandlers.Action;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** Deliveries in the midst of neighbours that share their transaction: three that arrived before, and three after. */
public abstract class SharedFixture extends ContractFixture {
    public static final int ALL_NEIGHBOURS = 6;
    private static final String TYPE = "bpms_instance_change";

    /** After a tenth of it, who waits to share a transaction loses patience: not before all of them wait. */
    private static final Duration LONG_DEADLINE = Duration.ofMinutes(1);

    public final Event event = approvalFinished("special-" + newId());
    public final Gate gate = new Gate(threads);
    public final Batches effects = new Batches(countsEffects);
    final Told told = new Told();
    final List<Event> neighbours = Stream.generate(() -> approvalFinished("neighbour-" + newId()))
            .limit(ALL_NEIGHBOURS)
            .toList();
    private final List<Future<List<Outcome>>> neighboursOutcomes = new ArrayList<>();
    private final AtomicBoolean isFirstTime = new AtomicBoolean(true);

    public SharedFixture(TestDatabase database) {
        super(database, ProcessingMode.SYNC);
    }

    /** A node whose handlers take many events at once: one has effects, then one does this for each event. */
    final Node.Builder sharing(Action action) {
        return sharing(database, effects, action);
    }

    final Node.Builder sharing(TestDatabase database, EventHandler effects, Action action) {
        return Node.on(database)
                .handlers(gate, effects, new Batches(everyEvent(action)))
                .observer(told)
                .deadline(LONG_DEADLINE);
    }

    /** Has the lane of the neighbours busy while these events are delivered among them, each in a delivery of its own. */
    final List<Future<List<Outcome>>> deliver(Node node, Event... events) throws Exception {
        return deliver(node, Stream.of(events).map(List::of).toList());
    }

    /** The same for any deliveries. */
    final List<Future<List<Outcome>>> deliver(Node node, List<List<Event>> deliveries) throws Exception {
        gate.close(node, TYPE);
        try {
            return deliverAll(node, deliveries);
        } finally {
            gate.open();
        }
    }

    /** Returns as soon as all of them wait. */
    final List<Future<List<Outcome>>> deliverAll(Node node, List<List<Event>> deliveries) {
        List<Future<List<Outcome>>> outcomes = new ArrayList<>();
        neighbours.subList(0, 3).forEach(e -> neighboursOutcomes.add(gate.deliver(node, List.of(e))));
        deliveries.forEach(delivery -> outcomes.add(gate.deliver(node, delivery)));
        neighbours.subList(3, ALL_NEIGHBOURS).forEach(e -> neighboursOutcomes.add(gate.deliver(node, List.of(e))));
        return outcomes;
    }

    /** What the neighbours were answered. */
    final List<Outcome> neighboursOutcomes() throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<List<Outcome>> outcome : neighboursOutcomes) {
            outcomes.addAll(outcome.get());
        }
        return outcomes;
    }

    final void assertNeighboursProcessed() throws Exception {
        assertThat(neighboursOutcomes())
                .containsExactlyElementsOf(neighbours.stream()
                        .map(e -> (Outcome) new Processed(e.id()))
                        .toList());
        assertTookEffectOnce(neighbours);
    }

    final void assertTookEffectOnce(List<Event> events) {
        assertThat(events).allSatisfy(e -> {
            assertThat(effectsOf(e)).as("effects").isOne();
            assertThat(duplicatesOf(e)).as("duplicates of itself").isZero();
        });
    }

    final void assertNotQueued(List<Event> events) {
        assertThat(jdbc.sql("select event_id from inbox.queued_events where event_id = any (?)")
                        .param(ids(events))
                        .query(String.class)
                        .list())
                .isEmpty();
    }

    /** The shared transaction has failed, and each delivery was given one of its own. */
    final void assertSeparated() {
        assertThat(effects.sizes().get(0)).isGreaterThan(ALL_NEIGHBOURS);
        assertThat(effects.sizes().subList(1, effects.sizes().size())).containsOnly(1);
        assertThat(transactionsOf(neighbours)).isEqualTo(ALL_NEIGHBOURS);
    }

    /** How many transactions have recorded these events as processed. */
    final int transactionsOf(List<Event> events) {
        return jdbc.sql("select count(distinct xmin::text) from inbox.processed_events where event_id = any (?)")
                .param(ids(events))
                .query(Integer.class)
                .single();
    }

    /** The neighbours, with the special event in their midst. */
    final List<Event> all() {
        List<Event> all = new ArrayList<>(neighbours);
        all.add(ALL_NEIGHBOURS / 2, event);
        return all;
    }

    /** An action for the special event only. */
    final Action inTheMidst(Step step) {
        return e -> {
            if (e.id().equals(event.id())) {
                step.run();
            }
        };
    }

    /** The same, but not when it is tried again. */
    final Action onceInTheMidst(Step step) {
        return inTheMidst(() -> {
            if (isFirstTime.getAndSet(false)) {
                step.run();
            }
        });
    }

    interface Step {
        void run() throws Exception;
    }

    private static String[] ids(List<Event> events) {
        return events.stream().map(Event::id).toArray(String[]::new);
    }

    /** The approval whose end {@code approvalFinished} is. */
    static Event approvalStarted(String instance) {
        return event("""
                {"EventType":"bpms_instance_change","EventTime":1789990000123,"CorpId":"ding0a1b2c3d4e5f60718",
                 "eventId":"start-of-%s","processInstanceId":"%s","createTime":1789990000000,"type":"start"}
                """.formatted(instance, instance));
    }

    /** A copy of a delivery is known by the moment of its arrival. */
    static Event deliveredLater(Event event) {
        return TestEvents.deliveredAt(event, event.delivery().receivedAt().plus(1, ChronoUnit.MICROS));
    }

    /** What the observer was told of handlers, but for the gate's. */
    static final class Told implements Observer {
        private final List<List<Event>> failed = new CopyOnWriteArrayList<>();
        private final List<Event> processed = new CopyOnWriteArrayList<>();

        @Override
        public void handled(List<Event> events, Duration time, HandlerResult result) {
            if (result == HandlerResult.FAILED) {
                failed.add(events);
            }
        }

        @Override
        public void processed(Event event, boolean isFromQueue, Duration handlingTime) {
            if (!Gate.isItsOwn(event)) {
                processed.add(event);
            }
        }

        List<List<Event>> failed() {
            return failed;
        }

        List<Event> processed() {
            return processed;
        }
    }
}
