package io.github.dingtalkinbox.internal.approval;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows turned into columns, as {@code unnest} takes them. Of a row that is missing, all columns are null. */
record Columns<T>(List<? extends @Nullable T> rows) {
    /** The columns of a part of each row. */
    <P> Columns<P> of(Function<T, @Nullable P> part) {
        List<@Nullable P> parts = new ArrayList<>(rows.size());
        for (T row : rows) {
            parts.add(row == null ? null : part.apply(row));
        }
        return new Columns<>(parts);
    }

    // No streams: an approval has fifteen columns, and a group of one is the usual one.
    @Nullable
    String[] texts(Function<T, @Nullable String> column) {
        @Nullable String[] values = new String[rows.size()];
        for (int i = 0; i < values.length; i++) {
            T row = rows.get(i);
            values[i] = row == null ? null : column.apply(row);
        }
        return values;
    }

    /** In ISO 8601, because the driver knows no arrays of times. */
    @Nullable
    String[] times(Function<T, @Nullable Instant> column) {
        return texts(row -> {
            Instant time = column.apply(row);
            return time == null ? null : time.toString();
        });
    }
}
