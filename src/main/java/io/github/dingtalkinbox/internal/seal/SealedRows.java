package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.seal.SealedTable.SealedColumn;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;

/**
 * Reads the tables that are sealed, hour by hour.
 *
 * <p>Reading an hour needs a transaction: without one, the driver would load all rows at once.
 */
final class SealedRows {
    /** Few, because a payload may have a megabyte. */
    private static final int FETCH_SIZE = 100;

    private static final String FIRST_HOUR = """
            select date_trunc('hour', min(processed_at), 'UTC')
              from inbox.processed_events
             where processed_at > '-infinity'
            """;

    private final JdbcClient jdbc;

    SealedRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The hour of the first event; empty if there is no event. */
    Optional<Instant> firstHour() {
        return jdbc.sql(FIRST_HOUR)
                .query((row, number) -> Optional.ofNullable(SqlTimes.instantOrNull(row, "date_trunc")))
                .single();
    }

    /** The hours of a day in which rows were written. */
    Set<Instant> hours(SealedTable table, Instant day) {
        return Set.copyOf(jdbc.sql(table.selectHours())
                .param("day", SqlTimes.parameter(day))
                .query((row, number) -> SqlTimes.instant(row, "hour"))
                .list());
    }

    /**
     * Reads the rows of an hour. With those of the first one, all that are older, of tables whose rows stay for ever: otherwise
     * one could be dated back to where no seal is.
     *
     * @param isFirst whether it is the first hour that is sealed
     * @param keys of each type; none: its rows are only counted
     * @param approvals is told the approvals of the events
     * @param stop whether to give up
     * @return by type, in the order of their bytes
     * @throws CancellationException if it gave up
     */
    Map<String, RowsOfType> ofHour(
            SealedTable table,
            Instant hour,
            boolean isFirst,
            Function<String, Optional<SealKey>> keys,
            ApprovalSink approvals,
            BooleanSupplier stop) {
        return read(
                jdbc.sql(table.select("inbox." + table.table(), SealedTable.NOT_ASKED, "true")),
                isFirst && !table.isCleaned() ? OffsetDateTime.MIN : SqlTimes.parameter(hour),
                hour,
                type -> new TypeDigests(table, keys.apply(type), Optional.empty()),
                row -> {
                    if (stop.getAsBoolean()) {
                        throw new CancellationException();
                    }
                    String approval = row.getString("sealed_approval");
                    if (approval != null) {
                        approvals.add(row.getString("corp_id"), approval);
                    }
                });
    }

    /**
     * Reads the rows of some types in an hour, and which of them a legal hold keeps.
     *
     * @param keptKey for the rows that are kept
     */
    Map<String, RowsOfType> toBeRemoved(
            SealedTable table,
            Collection<String> types,
            Instant hour,
            Function<String, Optional<SealKey>> keys,
            SealKey keptKey) {
        return read(
                table,
                "inbox." + table.table(),
                table.held(),
                types,
                hour,
                type -> new TypeDigests(table, keys.apply(type), Optional.of(keptKey)));
    }

    /**
     * Reads the rows of some types in an hour, of a table with the same columns.
     *
     * @param from the table, or a query in parentheses
     */
    Map<String, RowsOfType> ofHour(
            SealedTable table,
            String from,
            Collection<String> types,
            Instant hour,
            Function<String, Optional<SealKey>> keys) {
        return read(
                table,
                from,
                SealedTable.NOT_ASKED,
                types,
                hour,
                type -> new TypeDigests(table, keys.apply(type), Optional.empty()));
    }

    private Map<String, RowsOfType> read(
            SealedTable table,
            String from,
            String kept,
            Collection<String> types,
            Instant hour,
            Function<String, TypeDigests> group) {
        return read(
                jdbc.sql(table.select(from, kept, "event_type = any(:types)"))
                        .param("types", types.toArray(String[]::new)),
                SqlTimes.parameter(hour),
                hour,
                group,
                row -> {});
    }

    private static Map<String, RowsOfType> read(
            StatementSpec select,
            OffsetDateTime from,
            Instant hour,
            Function<String, TypeDigests> group,
            RowCallbackHandler also) {
        Map<String, TypeDigests> groups = new LinkedHashMap<>();
        select.param("from", from)
                .param("hour", SqlTimes.parameter(hour))
                .withFetchSize(FETCH_SIZE)
                .query(row -> {
                    also.processRow(row);
                    groups.computeIfAbsent(row.getString("sealed_type"), group).add(row);
                });
        Map<String, RowsOfType> contents = new LinkedHashMap<>();
        groups.forEach((type, rows) -> contents.put(type, rows.content()));
        return contents;
    }

    /** Hears which approvals the events of an hour are about. */
    @FunctionalInterface
    interface ApprovalSink {
        ApprovalSink NONE = (corp, approval) -> {};

        void add(String corpId, String processInstanceId);
    }

    /**
     * The rows of one type in an hour.
     *
     * @param kept those that a legal hold keeps
     */
    record RowsOfType(SealedContent all, SealedContent kept) {
        static final RowsOfType NONE = new RowsOfType(SealedContent.EMPTY, SealedContent.EMPTY);
    }

    /** The rows of a type that were read so far. For one thread. */
    private static final class TypeDigests {
        private final List<SealedColumn> columns;
        private final Digest all;
        private final Digest kept;

        private TypeDigests(SealedTable table, Optional<SealKey> key, Optional<SealKey> keptKey) {
            this.columns = table.columns();
            this.all = new Digest(key, table);
            this.kept = new Digest(keptKey, table);
        }

        private void add(ResultSet row) throws SQLException {
            all.add(columns, row);
            if (row.getBoolean("is_kept")) {
                kept.add(columns, row);
            }
        }

        private RowsOfType content() {
            return new RowsOfType(all.content(), kept.content());
        }
    }

    private static final class Digest {
        private final @Nullable MacInput input;
        private long rows;

        private Digest(Optional<SealKey> key, SealedTable table) {
            this.input = key.map(k -> new MacInput(k, "dingtalk-inbox " + table.table() + " 1"))
                    .orElse(null);
        }

        private void add(List<SealedColumn> columns, ResultSet row) throws SQLException {
            rows++;
            if (input == null) {
                return;
            }
            for (SealedColumn column : columns) {
                if (column.isBinary()) {
                    input.add(row.getBytes(column.name()));
                } else {
                    input.addOrNull(row.getString(column.name()));
                }
            }
        }

        private SealedContent content() {
            return rows == 0
                    ? SealedContent.EMPTY
                    : new SealedContent(rows, input == null ? Seal.NONE : input.digest());
        }
    }
}
