package io.github.dingtalkinbox.internal.seal;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The tables whose rows are sealed by the hour in which they were written, and never change. */
enum SealedTable {
    PROCESSED_EVENTS(
            "processed_events",
            "processed_at",
            "event_type",
            "event_id",
            "inbox.is_held(corp_id, event_type, processed_at, payload ->> 'processInstanceId')",
            "event_id, natural_key, app, corp_id, event_type, transport, occurred_at:time, received_at:time,"
                    + " processed_at:time, payload, payload_sha256:bytes, payload_raw:bytes"),
    DUPLICATE_DELIVERIES(
            "duplicate_deliveries",
            "recorded_at",
            "event_type",
            "event_id, delivery_id",
            "inbox.is_held_duplicate(t)",
            "event_id, delivery_id:text, corp_id, event_type, matched_by, same_payload:text, since_first:interval,"
                    + " received_at:time, recorded_at:time, transport, source_address, payload, payload_raw:bytes"),
    OPERATOR_ACTIONS(
            "operator_actions",
            "acted_at",
            "text ''",
            "event_id, action_id",
            "false",
            "event_id, action_id:text, corp_id, event_type, action, state_before, attempts_before:text, error_before,"
                    + " operator, origin, reason, acted_at:time"),
    LEGAL_HOLDS(
            "legal_holds",
            "placed_at",
            "text ''",
            "hold_id",
            "false",
            "hold_id:text, process_instance_id, corp_id, event_type, held_from:time, held_to:time, operator, origin,"
                    + " reason, placed_at:time"),
    LEGAL_HOLD_RELEASES(
            "legal_hold_releases",
            "released_at",
            "text ''",
            "hold_id",
            "false",
            "hold_id:text, operator, origin, reason, released_at:time");

    /** For those who read rows and do not remove them: looking for holds costs a query for each row. */
    static final String NOT_ASKED = "false";

    private final String table;
    private final String time;
    private final String type;
    private final String key;
    private final String held;
    private final String columns;

    SealedTable(String table, String time, String type, String key, String held, String columns) {
        this.table = table;
        this.time = time;
        this.type = type;
        this.key = key;
        this.held = held;
        this.columns = columns;
    }

    /** Its name in SQL. */
    String table() {
        return table;
    }

    /** Whether a legal hold keeps a row of this table, as a condition. */
    String held() {
        return held;
    }

    /** Whether the cleanup removes rows of it. */
    boolean isCleaned() {
        return this == PROCESSED_EVENTS || this == DUPLICATE_DELIVERIES;
    }

    /** The table with this name; empty if its rows are not sealed. */
    static Optional<SealedTable> of(String table) {
        return Arrays.stream(values()).filter(t -> t.table.equals(table)).findFirst();
    }

    /** All columns, in the order in which they are sealed. */
    List<SealedColumn> columns() {
        return Arrays.stream(columns.split(", *")).map(SealedColumn::of).toList();
    }

    /**
     * Selects the rows from {@code :from} to the end of the hour that begins at {@code :hour}. Sorted by bytes, whatever the
     * collation of the database; times as PostgreSQL stores them, whatever the time zone of the session.
     *
     * @param from the table itself, or one with the same columns
     * @param kept whether a legal hold keeps a row: {@link #held}, or {@link #NOT_ASKED}
     */
    String select(String from, String kept, String condition) {
        return """
                select %s,
                       %s as sealed_type,
                       %s as sealed_approval,
                       %s as is_kept
                  from %s t
                 where %s >= :from
                   and %s < :hour + interval '1 hour'
                   and %s
                 order by (%s) collate "C", %s
                """.formatted(
                        columns().stream().map(SealedColumn::selected).collect(Collectors.joining(",\n       ")),
                        type,
                        this == PROCESSED_EVENTS
                                ? "case when event_type in ('bpms_instance_change', 'bpms_task_change')"
                                        + " then payload ->> 'processInstanceId' end"
                                : "cast(null as text)",
                        kept,
                        from,
                        time,
                        time,
                        condition,
                        type,
                        Arrays.stream(key.split(", "))
                                .map(column -> "cast(t." + column + " as text) collate \"C\"")
                                .collect(Collectors.joining(", ")));
    }

    /** Selects the hours of the day that begins at {@code :day} in which rows were written: most have none in most tables. */
    String selectHours() {
        return """
                select distinct date_trunc('hour', %s, 'UTC') as hour
                  from inbox.%s
                 where %s >= :day
                   and %s < :day + interval '24 hours'
                """.formatted(time, table, time, time);
    }

    /** The rows of this table and of another one with the same columns, each row once. */
    String together(String other) {
        String names = columns().stream().map(SealedColumn::name).collect(Collectors.joining(", "));
        return "(select " + names + " from inbox." + table + " union select " + names + " from inbox." + other + ")";
    }

    /** @param isBinary whether it is sealed as PostgreSQL stores it, otherwise as text */
    record SealedColumn(String name, String selected, boolean isBinary) {
        private static SealedColumn of(String column) {
            String[] parts = column.split(":", 2);
            String name = parts[0];
            return switch (parts.length == 1 ? "" : parts[1]) {
                case "time" -> new SealedColumn(name, "timestamptz_send(" + name + ") as " + name, true);
                case "interval" -> new SealedColumn(name, "interval_send(" + name + ") as " + name, true);
                case "text" -> new SealedColumn(name, "cast(" + name + " as text) as " + name, false);
                case "bytes" -> new SealedColumn(name, name, true);
                default -> new SealedColumn(name, name, false);
            };
        }
    }
}
