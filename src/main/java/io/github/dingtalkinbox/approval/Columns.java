package io.github.dingtalkinbox.approval;

import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows turned into columns, as {@code unnest} takes them. Of a row that is missing, all columns are null. */
record Columns<T>(List<? extends @Nullable T> rows) {
    /** The columns of a part of each row. */
    <P> Columns<P> of(Function<T, @Nullable P> part) {
        return new Columns<>(rows.stream()
                .<@Nullable P>map(row -> row == null ? null : part.apply(row))
                .toList());
    }

    @Nullable
    String[] texts(Function<T, @Nullable String> column) {
        return rows.stream()
                .<@Nullable String>map(row -> row == null ? null : column.apply(row))
                .toArray(String[]::new);
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
