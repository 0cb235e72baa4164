package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code audit_handling_times} view.
 */
final class AuditHandlingTimes {
    private static final String PERCENTILES = """
            select date_bin(cast(:bucket as interval), handled_at, :from) as bucket,
                   extract(epoch from percentile_disc(0.5) within group (order by handling_time)) * 1000 as p50,
                   extract(epoch from percentile_disc(0.95) within group (order by handling_time)) * 1000 as p95
              from inbox.audit_handling_times
             where handled_at >= :from
             group by 1
             order by 1
            """;

    private final JdbcClient jdbc;

    AuditHandlingTimes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Percentiles> percentiles(Instant from, Duration span) {
        return jdbc.sql(PERCENTILES)
                .param("from", SqlTimes.parameterOrNull(from))
                .param("bucket", span.toSeconds() + " seconds")
                .query((row, n) ->
                        new Percentiles(SqlTimes.instant(row, "bucket"), row.getDouble("p50"), row.getDouble("p95")))
                .list();
    }

    /**
     * For the events of one time span.
     *
     * @param from its start
     * @param p50 half of them took no longer, in milliseconds
     * @param p95 95 of 100 took no longer, in milliseconds
     */
    record Percentiles(Instant from, double p50, double p95) {}
}
