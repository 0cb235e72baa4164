package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A walk along the index of a log by time. */
final class Scan {
    /** How many rows a search reads before it stops and offers to continue: less than 0.2 s, even with a cold cache. */
    static final int MOST = 20_000;

    private Scan() {}

    /**
     * A statement that walks back from the newest row, within the times of a filter. It has one upper bound, the lower
     * of the two: with both, PostgreSQL enters the index at the time, and reads all rows down to the position.
     *
     * @param after where it continues; null: at the newest row
     * @param smallestId the smallest id in the log
     */
    static JdbcClient.StatementSpec back(
            JdbcClient jdbc, String sql, Filter filter, @Nullable Position after, String smallestId) {
        Instant to = filter.to();
        Position place = after == null || (to != null && !after.time().isBefore(to)) ? null : after;
        return jdbc.sql(sql)
                .param("from", SqlTimes.parameterOrNull(filter.from()))
                .param("before_time", SqlTimes.parameterOrNull(place == null ? to : place.time()))
                .param("before_id", place == null ? smallestId : place.id())
                .param("scanned", MOST);
    }

    /** The counts of a statement, by the start of their time span. */
    static Map<Instant, Long> counts(JdbcClient jdbc, String sql, Instant from, Duration span) {
        Map<Instant, Long> counts = new TreeMap<>();
        jdbc.sql(sql)
                .param("from", SqlTimes.parameterOrNull(from))
                .param("bucket", span.toSeconds() + " seconds")
                .query(row -> {
                    counts.put(SqlTimes.instant(row, "bucket"), row.getLong("number"));
                });
        return counts;
    }
}
