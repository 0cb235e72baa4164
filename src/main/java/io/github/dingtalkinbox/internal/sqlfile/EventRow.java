package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.Event;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of the relation {@code event} that SQL files read. */
record EventRow(
        String app,
        String corpId,
        String eventId,
        String eventType,
        @Nullable Instant occurredAt,
        Instant receivedAt,
        String payload) {

    static EventRow of(Event event) {
        return new EventRow(
                event.app(),
                event.corpId(),
                event.id(),
                event.type(),
                event.occurredAt(),
                event.delivery().receivedAt(),
                event.payload().jsonb());
    }
}
