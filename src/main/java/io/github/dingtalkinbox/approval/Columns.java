package io.github.dingtalkinbox.approval;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows turned into columns, as {@code unnest} takes them. */
record Columns<T>(List<T> rows) {
    @Nullable
    String[] texts(Function<T, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
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
