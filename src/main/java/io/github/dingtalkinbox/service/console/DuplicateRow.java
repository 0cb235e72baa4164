package io.github.dingtalkinbox.service.console;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A duplicate delivery: the columns of {@code audit_duplicates}. */
record DuplicateRow(
        String eventId,
        String deliveryId,
        String corpId,
        String type,
        String matchedBy,
        boolean samePayload,
        @Nullable Duration sinceFirst,
        Instant receivedAt,
        Instant recordedAt,
        String transport,
        @Nullable String sourceAddress) {
    Position position() {
        return new Position(recordedAt, deliveryId);
    }
}
