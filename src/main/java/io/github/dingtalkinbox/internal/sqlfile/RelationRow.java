package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.Event;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of the relation {@code event} that SQL files read. */
record RelationRow(
        String app,
        String corpId,
        String eventId,
        String eventType,
        @Nullable Instant occurredAt,
        Instant receivedAt,
        String payload) {

    static RelationRow of(Event event) {
        return new RelationRow(
                event.app(),
                event.corpId(),
                event.id(),
                event.type(),
                event.occurredAt(),
                event.delivery().receivedAt(),
                event.payload().jsonb());
    }
}
