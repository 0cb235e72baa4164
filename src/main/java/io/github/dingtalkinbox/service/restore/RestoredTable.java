package io.github.dingtalkinbox.service.restore;

import java.util.Arrays;
import java.util.Optional;

/** The tables whose rows can be restored. */
enum RestoredTable {
    EVENTS("processed_events", "restored_events"),
    DUPLICATES("duplicate_deliveries", "restored_duplicates");

    private final String archived;
    private final String table;

    RestoredTable(String archived, String table) {
        this.archived = archived;
        this.table = table;
    }

    /** Its name in SQL. */
    String table() {
        return table;
    }

    /** The table for the rows of another. */
    static RestoredTable ofTable(String archived) {
        return Arrays.stream(values())
                .filter(t -> t.archived.equals(archived))
                .findFirst()
                .orElseThrow();
    }

    /** The table for a line of an archive, which begins with the name of the table that it came from. */
    static Optional<RestoredTable> ofLine(String line) {
        return Arrays.stream(values())
                .filter(t -> line.startsWith("{\"table\":\"" + t.archived + "\","))
                .findFirst();
    }
}
