package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.service.audit.Csv;
import io.github.dingtalkinbox.service.audit.ReportRows;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.Temporal;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** How the rows of a report are written. */
enum ReportFormat {
    /** For people. */
    TABLE {
        @Override
        void print(ReportRows report, PrintWriter out) {
            TextTable table = TextTable.withHeadings(report.columns());
            IntStream.range(0, report.columns().size())
                    .filter(i -> report.rows().stream().anyMatch(row -> row.get(i) instanceof Number))
                    .forEach(table::alignRight);
            report.rows()
                    .forEach(row -> table.add(row.stream().map(v -> readable(v)).toArray()));
            table.print(out);
        }
    },

    /** RFC 4180, with the names of the columns in the first line. */
    CSV {
        @Override
        void print(ReportRows report, PrintWriter out) {
            out.print(Csv.line(report.columns().toArray()));
            report.rows()
                    .forEach(row -> out.print(
                            Csv.line(row.stream().map(ReportFormat::cell).toArray())));
            out.flush();
        }
    },

    /** An array of objects. */
    JSON {
        @Override
        void print(ReportRows report, PrintWriter out) {
            out.println("[");
            for (Iterator<List<@Nullable Object>> rows = report.rows().iterator(); rows.hasNext(); ) {
                out.println("  " + MAPPER.writeValueAsString(object(report.columns(), rows.next()))
                        + (rows.hasNext() ? "," : ""));
            }
            out.println("]");
            out.flush();
        }

        private static Map<String, @Nullable Object> object(List<String> columns, List<@Nullable Object> row) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            for (int i = 0; i < columns.size(); i++) {
                Object value = row.get(i);
                object.put(columns.get(i), value instanceof Temporal time ? text(time) : value);
            }
            return object;
        }
    };

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final DateTimeFormatter READABLE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    abstract void print(ReportRows report, PrintWriter out);

    private static String readable(@Nullable Object value) {
        if (value == null) {
            return "-";
        }
        return value instanceof OffsetDateTime time ? READABLE.format(time) : text(value);
    }

    /** Null is empty. Times are in ISO 8601. */
    private static String text(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof OffsetDateTime time) {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
        }
        if (value instanceof BigDecimal number) {
            return number.toPlainString();
        }
        return value instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.joining(" "))
                : value.toString();
    }

    /** Numbers stay numbers. */
    private static Object cell(@Nullable Object value) {
        return value instanceof Number ? value : text(value);
    }
}
