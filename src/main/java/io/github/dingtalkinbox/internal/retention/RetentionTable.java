package io.github.dingtalkinbox.internal.retention;

/** The tables that rows are removed from, in this order. */
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

    /** Whether its rows can be archived before they go. */
    boolean isArchived() {
        return this == PROCESSED_EVENTS || this == DUPLICATE_DELIVERIES;
    }
}
