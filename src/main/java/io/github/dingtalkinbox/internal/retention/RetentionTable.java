package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.archive.ArchivedTable;
import java.util.Optional;

/** The tables that something is removed from, in this order. */
enum RetentionTable {
    PROCESSED_EVENTS("processed_events"),
    DUPLICATE_DELIVERIES("duplicate_deliveries"),
    DISCARDED_EVENTS("queued_events"),
    HANDLING_TIMES("handling_times"),
    FAILED_CALLBACK_PAGES("failed_callback_pages"),
    IDENTITY_WINDOWS("identity_windows");

    private final String table;

    RetentionTable(String table) {
        this.table = table;
    }

    String table() {
        return table;
    }

    Optional<ArchivedTable> archived() {
        return switch (this) {
            case PROCESSED_EVENTS -> Optional.of(ArchivedTable.PROCESSED_EVENTS);
            case DUPLICATE_DELIVERIES -> Optional.of(ArchivedTable.DUPLICATE_DELIVERIES);
            default -> Optional.empty();
        };
    }
}
