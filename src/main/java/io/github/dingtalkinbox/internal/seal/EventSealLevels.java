package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the end of the {@code event_seals} table. */
final class EventSealLevels implements SealLevels {
    private static final int SECONDS = 1;

    private static final String LEVEL = """
            select cast(extract(epoch from greatest(c.over - s.sealed_until, interval '0')) / 3600 as bigint) as waiting,
                   cast(extract(epoch from greatest(c.now - s.sealed_until, interval '0')) * 1000 as bigint) as age_millis
              from (select now, date_trunc('hour', now - cast(:grace as interval), 'UTC') as over
                      from (select clock_timestamp() as now offset 0) n) c
             cross join lateral (
                   select coalesce((select hour + interval '1 hour' from inbox.event_seals order by seal_number desc limit 1),
                                   (select date_trunc('hour', min(processed_at), 'UTC')
                                      from inbox.processed_events
                                     where processed_at > '-infinity'),
                                   c.over) as sealed_until) s
            """;

    private final boolean sealing;
    private final JdbcClient jdbc;

    EventSealLevels(DataSource dataSource, boolean sealing) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setQueryTimeout(SECONDS); // a gauge must not hold a connection for long
        this.jdbc = JdbcClient.create(template);
        this.sealing = sealing;
    }

    @Override
    public boolean isSealing() {
        return sealing;
    }

    @Override
    public SealLag read() {
        return jdbc.sql(LEVEL)
                .param("grace", SqlTimes.interval(OpenTransactions.GRACE))
                .query((row, number) ->
                        new SealLag(row.getLong("waiting"), Duration.ofMillis(row.getLong("age_millis"))))
                .single();
    }
}
