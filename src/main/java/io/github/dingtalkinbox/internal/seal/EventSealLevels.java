package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.sql.Types;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How far the {@code event_seals} table goes: as far as our keys prove it, not as far as it says. */
final class EventSealLevels implements SealLevels {
    private static final int SECONDS = 1;

    private static final String LEVEL = """
            select cast(extract(epoch from greatest(c.over - s.sealed_until, interval '0')) / 3600 as bigint) as waiting,
                   cast(extract(epoch from greatest(c.now - s.sealed_until, interval '0')) * 1000 as bigint) as age_millis
              from (select now, date_trunc('hour', now - cast(:grace as interval), 'UTC') as over
                      from (select clock_timestamp() as now offset 0) n) c
             cross join lateral (
                   select coalesce(cast(:hour as timestamptz) + interval '1 hour',
                                   (select date_trunc('hour', min(processed_at), 'UTC')
                                      from inbox.processed_events
                                     where processed_at > '-infinity'),
                                   c.over) as sealed_until) s
            """;

    private final JdbcClient jdbc;
    private final @Nullable EventSeals seals;

    /** @param keys null: this application does not seal */
    EventSealLevels(DataSource dataSource, @Nullable SealKeys keys) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setQueryTimeout(SECONDS); // a gauge must not hold a connection for long
        this.jdbc = JdbcClient.create(template);
        this.seals = keys == null ? null : new EventSeals(jdbc, keys);
    }

    @Override
    public boolean isSealing() {
        return seals != null;
    }

    @Override
    public SealLag read() {
        return jdbc.sql(LEVEL)
                .param("grace", SqlTimes.interval(OpenTransactions.GRACE))
                .param(
                        "hour",
                        SqlTimes.parameterOrNull(
                                seals == null
                                        ? null
                                        : seals.lastHour()
                                                .map(seal -> seal.what().hour())
                                                .orElse(null)),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .query((row, number) ->
                        new SealLag(row.getLong("waiting"), Duration.ofMillis(row.getLong("age_millis"))))
                .single();
    }
}
