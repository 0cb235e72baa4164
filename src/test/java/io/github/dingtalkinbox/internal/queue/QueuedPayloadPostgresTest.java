package io.github.dingtalkinbox.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A handler cannot tell whether its event has been in the queue. */
class QueuedPayloadPostgresTest extends QueueFixture {
    private final Map<String, Event> handled = new ConcurrentHashMap<>();

    QueuedPayloadPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void everyPayloadComesBackAsItWasDelivered() throws Exception {
        List<Event> events = TestEvents.awkward();
        assertThat(events).hasSizeGreaterThan(60);
        assertThat(events)
                .anyMatch(e -> e.payload().raw() != null)
                .anyMatch(e -> e.payload().raw() == null);

        throughTheQueue(events);

        for (Event event : events) {
            Event back = Objects.requireNonNull(handled.get(event.id()), event.id());
            // Not AssertJ's own: it takes arrays of a mebibyte byte by byte.
            assertThat(Arrays.equals(back.payload().sha256(), event.payload().sha256()))
                    .as(event.id())
                    .isTrue();
            assertThat(Arrays.equals(back.payload().raw(), event.payload().raw()))
                    .as(event.id())
                    .isTrue();
            assertThat(back.payload().json().equals(event.payload().json()))
                    .as(event.id())
                    .isTrue();
        }
    }

    @Test
    void theRestOfAnEventComesBackToo() throws Exception {
        List<Event> events = List.of(
                nth("approval", 1),
                TestEvents.unordered("without a time"),
                TestEvents.approvalFinished("with-natural-key"),
                TestEvents.event("{\"EventType\":\"without anything \\u0000\\ud800\"}"));

        throughTheQueue(events);

        for (Event event : events.subList(0, 3)) {
            Event back = Objects.requireNonNull(handled.get(event.id()), event.id());
            assertThat(back)
                    .usingRecursiveComparison()
                    .ignoringFields("payload")
                    .isEqualTo(event);
        }
        assertThat(handled.values()).anyMatch(e -> e.type().equals(events.get(3).type()));
    }

    private void throughTheQueue(List<Event> events) throws Exception {
        Node node = queueing(event -> handled.put(event.id(), event));
        for (Event event : events) {
            node.receive(List.of(event));
        }
        node.settle();
        assertThat(effects()).hasSize(events.size());
    }
}
