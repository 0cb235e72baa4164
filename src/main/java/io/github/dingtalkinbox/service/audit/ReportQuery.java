package io.github.dingtalkinbox.service.audit;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A query of {@code db/audit/reports}, with the parameters {@code from} and {@code to}. */
record ReportQuery(AuditFile file) {
    /** @throws IllegalArgumentException if there is no such report */
    static ReportQuery named(String name) {
        return AuditFile.all(Report.FOLDER).stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .map(ReportQuery::new)
                .orElseThrow(() -> new IllegalArgumentException("There is no report " + name));
    }

    /** Runs the query, in a read-only transaction. */
    ReportRows run(DataSource dataSource, Instant from, Instant to, ZoneId zone) {
        ConnectionCallback<ReportRows> query = connection -> {
            boolean autoCommit = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try {
                JdbcClient jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
                jdbc.sql("set transaction read only").update();
                // It defines what a day is.
                jdbc.sql("set local timezone = '" + posix(zone) + "'").update();
                return run(jdbc, from, to, zone);
            } finally {
                end(connection, autoCommit);
            }
        };
        ReportRows rows = new JdbcTemplate(dataSource).execute(query);
        if (rows == null) {
            throw new IllegalStateException("The report " + file.name() + " has no answer");
        }
        return rows;
    }

    private static void end(Connection connection, boolean autoCommit) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(autoCommit);
    }

    private ReportRows run(JdbcClient jdbc, Instant from, Instant to, ZoneId zone) {
        return jdbc.sql(file.sql())
                .param("from", SqlTimes.parameter(from))
                .param("to", SqlTimes.parameter(to))
                .query((ResultSet result) -> {
                    ResultSetMetaData columns = result.getMetaData();
                    List<String> names = new ArrayList<>();
                    for (int i = 1; i <= columns.getColumnCount(); i++) {
                        names.add(columns.getColumnLabel(i));
                    }
                    List<List<@Nullable Object>> rows = new ArrayList<>();
                    while (result.next()) {
                        List<@Nullable Object> row = new ArrayList<>();
                        for (int i = 1; i <= names.size(); i++) {
                            row.add(value(result, i, columns, zone));
                        }
                        rows.add(row);
                    }
                    return new ReportRows(names, rows);
                });
    }

    private static @Nullable Object value(ResultSet row, int column, ResultSetMetaData columns, ZoneId zone)
            throws SQLException {
        String type = columns.getColumnTypeName(column);
        if (type.equals("timestamptz")) {
            OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
            return time == null ? null : time.atZoneSameInstant(zone).toOffsetDateTime();
        }
        return switch (columns.getColumnType(column)) {
            case Types.DATE -> row.getObject(column, LocalDate.class);
            case Types.BIGINT, Types.INTEGER, Types.SMALLINT, Types.NUMERIC, Types.DOUBLE, Types.BIT ->
                row.getObject(column);
            case Types.ARRAY -> texts(row.getArray(column));
            default -> row.getString(column); // an interval as PostgreSQL writes it
        };
    }

    private static @Nullable List<String> texts(@Nullable Array array) throws SQLException {
        return array == null
                ? null
                : Arrays.stream((Object[]) array.getArray())
                        .map(String::valueOf)
                        .toList();
    }

    /** PostgreSQL reads the sign of {@code UTC+8} in the opposite of the usual way. */
    private static String posix(ZoneId zone) {
        if (!(zone.normalized() instanceof ZoneOffset offset)) {
            return zone.getId();
        }
        ZoneOffset opposite = ZoneOffset.ofTotalSeconds(-offset.getTotalSeconds());
        return offset.equals(ZoneOffset.UTC) ? "UTC" : "<" + offset.getId() + ">" + opposite.getId();
    }
}
