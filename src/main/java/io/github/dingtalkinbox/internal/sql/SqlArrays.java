package io.github.dingtalkinbox.internal.sql;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One column of many rows as an array parameter for {@code unnest}: the statement has one plan for any number of rows.
 * The value of a missing row is null.
 */
public final class SqlArrays {
    private SqlArrays() {}

    // No streams: an event has fifteen columns, and most groups have one event.
    public static <T> @Nullable String[] texts(List<? extends @Nullable T> rows, Function<T, @Nullable String> column) {
        @Nullable String[] values = new String[rows.size()];
        for (int i = 0; i < values.length; i++) {
            T row = rows.get(i);
            values[i] = row == null ? null : column.apply(row);
        }
        return values;
    }

    public static <T> byte @Nullable [][] bytes(List<T> rows, Function<T, byte @Nullable []> column) {
        byte @Nullable [][] values = new byte[rows.size()][];
        for (int i = 0; i < values.length; i++) {
            values[i] = column.apply(rows.get(i));
        }
        return values;
    }

    public static <T> Long[] numbers(List<T> rows, Function<T, Long> column) {
        return rows.stream().map(column).toArray(Long[]::new);
    }

    /** In ISO 8601, because the driver has no arrays of times. */
    public static <T> @Nullable String[] times(
            List<? extends @Nullable T> rows, Function<T, @Nullable Instant> column) {
        return texts(rows, (T row) -> {
            Instant time = column.apply(row);
            return time == null ? null : time.toString();
        });
    }

    /** A part of each row that has columns of its own. */
    public static <T, P> List<@Nullable P> parts(List<T> rows, Function<T, @Nullable P> part) {
        List<@Nullable P> parts = new ArrayList<>(rows.size());
        for (T row : rows) {
            parts.add(part.apply(row));
        }
        return parts;
    }
}
