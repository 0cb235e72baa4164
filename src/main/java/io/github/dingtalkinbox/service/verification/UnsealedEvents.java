package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Counts rows with times that no seal covers. */
final class UnsealedEvents {
    private static final String BEFORE = """
            select count(*) from inbox.processed_events where processed_at < :hour
            """;

    private static final String IN_THE_FUTURE = """
            with future as (select clock_timestamp() + interval '1 hour' as at)
            select (select count(*) from inbox.processed_events where processed_at > at)
                   + (select count(*) from inbox.duplicate_deliveries where recorded_at > at)
                   + (select count(*) from inbox.operator_actions where acted_at > at)
                   + (select count(*) from inbox.legal_holds where placed_at > at)
                   + (select count(*) from inbox.legal_hold_releases where released_at > at)
              from future
            """;

    private final JdbcClient jdbc;

    UnsealedEvents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** How many were processed before an hour. */
    long before(Instant hour) {
        return jdbc.sql(BEFORE)
                .param("hour", SqlTimes.parameter(hour))
                .query(Long.class)
                .single();
    }

    /** How many are dated so far in the future that they will not be sealed for a long time. */
    long inTheFuture() {
        return jdbc.sql(IN_THE_FUTURE).query(Long.class).single();
    }
}
