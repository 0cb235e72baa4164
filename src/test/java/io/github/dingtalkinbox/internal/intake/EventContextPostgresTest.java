package io.github.dingtalkinbox.internal.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.identity.TestHandlers;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** What a handler logs names the event that it is about, and no other. */
class EventContextPostgresTest extends SharedFixture {
    private final Seen seen = new Seen();

    EventContextPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void ofEventsThatAreHandledAtOnceNoneIsNamed() throws Exception {
        deliver(node(everyEventFineBut(() -> {})), event).get(0).get();

        assertNeighboursProcessed();
        assertThat(seen.all).hasSize(1);
        assertThat(seen.all.get(0).events()).hasSize(ALL_NEIGHBOURS + 1);
        seen.assertRight();
    }

    @Test
    void whenTheirTransactionFallsApartEachIsNamedInItsOwn() throws Exception {
        Node node = node(everyEventFineBut(() -> {
            throw new IOException("its own");
        }));
        deliver(node, event).get(0).get();
        node.runWorkersOnce();

        assertNeighboursProcessed();
        assertThat(seen.all).filteredOn(s -> s.events().size() == 1).hasSizeGreaterThan(ALL_NEIGHBOURS);
        assertThat(seen.all).filteredOn(s -> s.events().size() > 1).isNotEmpty();
        seen.assertRight();
    }

    @Test
    void ofSeveralEventsInADeliveryEachIsNamedWhileItIsHandledAlone() throws Exception {
        EventHandler alone = TestHandlers.everyEvent(e -> seen.look(List.of(e)));
        List<Event> events = List.of(TestEvents.unordered("a"), TestEvents.unordered("b"), TestEvents.unordered("c"));

        assertThat(Node.on(database).handlers(alone).build().receive(events)).hasOnlyElementsOfType(Processed.class);

        assertThat(seen.all).hasSize(3);
        seen.assertRight();
    }

    @Test
    void aThreadThatHasReceivedAnEventIsAtWhatItWasBefore() throws Exception {
        MDC.put(EventContext.APP, "before");
        try {
            EventContext before = EventContext.enter(List.of(event));
            assertThat(MDC.get(EventContext.EVENT_ID)).isEqualTo(event.id());
            before.restore();
            assertThat(MDC.get(EventContext.APP)).isEqualTo("before");
            assertThat(MDC.get(EventContext.EVENT_ID)).isNull();
        } finally {
            MDC.remove(EventContext.APP);
        }
    }

    private Node node(EventHandler special) {
        return Node.on(database).handlers(gate, effects, seen, special).build();
    }

    private EventHandler everyEventFineBut(Step step) {
        return new Batches(TestHandlers.everyEvent(inTheMidst(step)));
    }

    /** What handlers were given, and what the log would have said of it. */
    private static final class Seen implements BatchEventHandler {
        private final List<Sight> all = new CopyOnWriteArrayList<>();

        @Override
        public boolean handles(Event event) {
            return !Gate.isItsOwn(event);
        }

        @Override
        public void handleAll(List<Event> events) {
            look(events);
        }

        void look(List<Event> events) {
            all.add(new Sight(events, MDC.get(EventContext.APP), MDC.get(EventContext.EVENT_ID)));
        }

        void assertRight() {
            assertThat(all).allSatisfy(sight -> {
                assertThat(sight.app()).isEqualTo("default");
                assertThat(sight.eventId())
                        .isEqualTo(
                                sight.events().size() == 1
                                        ? sight.events().get(0).id()
                                        : null);
            });
        }
    }

    private record Sight(
            List<Event> events,
            @Nullable String app,
            @Nullable String eventId) {}
}
