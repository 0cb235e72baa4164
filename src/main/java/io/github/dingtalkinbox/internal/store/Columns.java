package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Transport;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One column of many rows as an array parameter: a statement has one plan, whatever the number of its rows. */
public final class Columns {
    private Columns() {}

    static <T> @Nullable String[] texts(List<T> rows, Function<T, @Nullable String> column) {
        @Nullable String[] values = new String[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return values;
    }

    static <T> byte @Nullable [][] bytes(List<T> rows, Function<T, byte @Nullable []> column) {
        byte @Nullable [][] values = new byte[rows.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return values;
    }

    static @Nullable String timestamp(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    static String transport(Event event) {
        return event.delivery().transport().name().toLowerCase(Locale.ROOT);
    }

    static Transport transport(ResultSet row) throws SQLException {
        return Transport.valueOf(row.getString("transport").toUpperCase(Locale.ROOT));
    }

    public static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
