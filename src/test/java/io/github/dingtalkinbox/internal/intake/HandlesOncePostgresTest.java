package io.github.dingtalkinbox.internal.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A handler is asked once for each delivery, and once at each attempt of a worker, whether it wants an event. */
class HandlesOncePostgresTest extends SharedFixture {
    private final List<Event> asked = new CopyOnWriteArrayList<>();
    private final AtomicBoolean fails = new AtomicBoolean();
    private final EventHandler plain = new Plain();
    private final EventHandler many = new Many();

    HandlesOncePostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void aDeliveryInATransactionOfItsOwn() throws Exception {
        Node node = Node.on(database).handlers(countsEffects, plain).build();

        assertThat(node.receive(List.of(event))).containsExactly(new Processed(event.id()));

        assertThat(asked).containsExactly(event);
    }

    @Test
    void severalEventsInOneDelivery() throws Exception {
        Node node = Node.on(database).handlers(effects, many).build();

        assertThat(node.receive(neighbours)).hasOnlyElementsOfType(Processed.class);

        assertThat(asked).containsExactlyElementsOf(neighbours);
    }

    @Test
    void deliveriesInASharedTransaction() throws Exception {
        Node node = Node.on(database).handlers(gate, effects, many).build();

        assertThat(deliver(node, event).get(0).get()).containsExactly(new Processed(event.id()));

        assertNeighboursProcessed();
        assertThat(asked).containsExactlyElementsOf(all());
    }

    @Test
    void deliveriesWhoseSharedTransactionFallsApart() throws Exception {
        Node node = Node.on(database)
                .handlers(gate, effects, many, new Batches(everyEvent(inTheMidst(() -> {
                    throw new IOException("its own");
                }))))
                .build();

        assertThat(deliver(node, event).get(0).get()).containsExactly(new Queued(event.id()));

        assertNeighboursProcessed();
        assertThat(asked).containsExactlyElementsOf(all());
        node.runWorkersOnce();
        assertThat(asked).as("and at an attempt").hasSize(ALL_NEIGHBOURS + 2);
        assertThat(asked.get(ALL_NEIGHBOURS + 1).id()).isEqualTo(event.id());
    }

    @Test
    void anEventThatWaitsInTheQueueAtItsOnlyAttempt() throws Exception {
        Node node = Node.on(database).queueing().handlers(countsEffects, plain).build();

        assertThat(node.receive(List.of(event))).containsExactly(new Queued(event.id()));
        assertThat(asked).isEmpty();
        node.settle();

        assertThat(asked).singleElement().satisfies(e -> assertThat(e.id()).isEqualTo(event.id()));
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void whatCannotBeAskedIsAFailureOfTheHandlerAndOfNoNeighbour() throws Exception {
        fails.set(true);
        Node node = Node.on(database).handlers(gate, effects, many).build();

        List<Future<List<Outcome>>> outcomes = deliver(node, event);

        assertThat(outcomes.get(0).get()).containsExactly(new Queued(event.id()));
        assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
        assertThat(queued(event).get("last_error")).asString().contains("cannot say");
        assertNeighboursProcessed();
        fails.set(false);
        node.settle();
        assertTookEffectOnce(all());
    }

    private boolean ask(Event event) {
        if (Gate.isItsOwn(event)) {
            return false;
        }
        asked.add(event);
        if (fails.get() && event.id().equals(this.event.id())) {
            throw new IllegalStateException("cannot say");
        }
        return true;
    }

    private final class Plain implements EventHandler {
        @Override
        public boolean handles(Event event) {
            return ask(event);
        }

        @Override
        public void handle(Event event) {}
    }

    private final class Many implements BatchEventHandler {
        @Override
        public boolean handles(Event event) {
            return ask(event);
        }

        @Override
        public void handleAll(List<Event> events) {}
    }
}
