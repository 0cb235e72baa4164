package io.github.dingtalkinbox.internal.retention.archive;

/** The tables whose rows are archived. */
public enum ArchivedTable {
    PROCESSED_EVENTS("processed_events"),
    DUPLICATE_DELIVERIES("duplicate_deliveries");

    private final String table;

    ArchivedTable(String table) {
        this.table = table;
    }

    /** Its name in SQL. */
    public String table() {
        return table;
    }
}
