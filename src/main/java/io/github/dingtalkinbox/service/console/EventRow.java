package io.github.dingtalkinbox.service.console;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An event in a list: the columns of {@code audit_events}. */
record EventRow(
        String eventId,
        String app,
        String corpId,
        String type,
        String state,
        String transport,
        @Nullable Instant occurredAt,
        Instant receivedAt,
        @Nullable Instant processedAt,
        Instant recordedAt,
        long deliveries) {
    Position position() {
        return new Position(recordedAt, eventId);
    }
}
