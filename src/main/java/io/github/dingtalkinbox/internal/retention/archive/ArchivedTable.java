package io.github.dingtalkinbox.internal.retention.archive;

import java.util.Arrays;
import java.util.Optional;

/** The tables whose rows are archived. */
public enum ArchivedTable {
    PROCESSED_EVENTS("processed_events", "restored_events"),
    DUPLICATE_DELIVERIES("duplicate_deliveries", "restored_duplicates");

    private final String table;
    private final String restored;

    ArchivedTable(String table, String restored) {
        this.table = table;
        this.restored = restored;
    }

    /** Its name in SQL. */
    public String table() {
        return table;
    }

    /** The name in SQL of the scratch table that its rows are loaded into. */
    public String restored() {
        return restored;
    }

    /** What each line of its files begins with. */
    String beginning() {
        return "{\"table\":\"" + table + "\",";
    }

    static Optional<ArchivedTable> ofLine(String line) {
        return Arrays.stream(values())
                .filter(t -> line.startsWith(t.beginning()))
                .findFirst();
    }
}
