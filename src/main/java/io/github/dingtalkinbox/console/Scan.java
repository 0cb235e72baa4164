package io.github.dingtalkinbox.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A walk along the index of a log by time. */
final class Scan {
    /** What a search looks at before it asks whether to go on: well under 0.2 s, however many events there are. */
    private static final int MOST = 50_000;

    private Scan() {}

    /**
     * A statement that walks from the newest back, within the times of a filter.
     *
     * @param after where it goes on; null: at the newest
     * @param smallestId of those that the log has
     */
    static JdbcClient.StatementSpec back(
            JdbcClient jdbc, String sql, Filter filter, @Nullable Position after, String smallestId) {
        return jdbc.sql(sql)
                .param("from", Columns.parameter(filter.from()))
                .param("to", Columns.parameter(filter.to()))
                .param("after_time", Columns.parameter(after == null ? null : after.time()))
                .param("after_id", after == null ? smallestId : after.id())
                .param("scanned", MOST);
    }

    /** What a statement counts, by the time at which a span begins. */
    static Map<Instant, Long> counts(JdbcClient jdbc, String sql, Instant from, Duration span) {
        Map<Instant, Long> counts = new TreeMap<>();
        jdbc.sql(sql)
                .param("from", Columns.parameter(from))
                .param("bucket", span.toSeconds() + " seconds")
                .query(row -> {
                    counts.put(Columns.time(row, "bucket"), row.getLong("number"));
                });
        return counts;
    }
}
