package io.github.dingtalkinbox.internal.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Times in columns and parameters. */
public final class SqlTimes {
    private SqlTimes() {}

    public static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    public static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        return row.getObject(column) == null ? null : instant(row, column);
    }

    /** Of a column in milliseconds. */
    public static @Nullable Duration durationOrNull(ResultSet row, String column) throws SQLException {
        double millis = row.getDouble(column);
        return row.wasNull() ? null : Duration.ofNanos(Math.round(millis * 1_000_000));
    }

    /** The driver does not accept an {@link Instant}. */
    public static OffsetDateTime parameter(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    public static @Nullable OffsetDateTime parameterOrNull(@Nullable Instant time) {
        return time == null ? null : parameter(time);
    }

    /** For a {@code cast(… as interval)}, which keeps microseconds. */
    public static String interval(Duration duration) {
        return TimeUnit.MICROSECONDS.convert(duration) + " microseconds";
    }
}
