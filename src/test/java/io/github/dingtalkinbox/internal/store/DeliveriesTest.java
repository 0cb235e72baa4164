package io.github.dingtalkinbox.internal.store;

import static io.github.dingtalkinbox.internal.identity.TestEvents.event;
import static io.github.dingtalkinbox.internal.identity.TestEvents.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** To compare two deliveries costs a statement: only those are that a hash cannot tell apart. */
class DeliveriesTest {
    private static final Event HTTP = callback("a");
    private static final Event STREAM = streamed(HTTP);

    @Test
    void anEqualHashNeedsNoComparison() {
        assertThat(after(HTTP, HTTP).toCompare()).isEmpty();
        assertThat(after(STREAM, STREAM).toCompare()).isEmpty();
    }

    @Test
    void oneTransportNeedsNoComparison() {
        assertThat(after(HTTP, callback("b")).toCompare()).isEmpty();
    }

    @Test
    void anotherTransportWithAnotherHashIsCompared() {
        Deliveries deliveries = after(HTTP, STREAM);

        assertThat(deliveries.toCompare()).containsExactly(HTTP.id());
        assertThat(deliveries.outcomes()).containsExactly(new Duplicate(HTTP.id(), MatchedBy.EVENT_ID, false));
        deliveries.compareWith(Map.of(HTTP.id(), HTTP));
        assertThat(deliveries.outcomes()).containsExactly(new Duplicate(HTTP.id(), MatchedBy.EVENT_ID, true));
        assertThat(deliveries.duplicates())
                .extracting(EventStore.DuplicateDelivery::duplicate)
                .isEqualTo(deliveries.outcomes());
    }

    @Test
    void whatIsGoneIsDifferent() {
        Deliveries deliveries = after(HTTP, STREAM);

        deliveries.compareWith(Map.of());

        assertThat(deliveries.outcomes()).containsExactly(new Duplicate(HTTP.id(), MatchedBy.EVENT_ID, false));
    }

    private static Deliveries after(Event first, Event second) {
        Deliveries deliveries = new Deliveries(List.of(second));
        deliveries.match(List.of(FirstDelivery.of(first)), (one, other) -> false);
        return deliveries;
    }

    private static Event callback(String title) {
        return event("{\"EventType\":\"t\",\"CorpId\":\"c\",\"eventId\":\"e\",\"title\":\"" + title + "\"}");
    }
}
