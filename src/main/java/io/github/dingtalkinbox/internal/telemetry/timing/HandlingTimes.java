package io.github.dingtalkinbox.internal.telemetry.timing;

import java.util.List;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code handling_times} table. Append only.
 *
 * <p>Safe for use by many threads.
 */
final class HandlingTimes {
    private static final int SECONDS = 1;

    private static final String INSERT = """
            insert into inbox.handling_times (app, corp_id, event_type, handled_at, handling_time)
            select app, corp_id, event_type, handled_at, handling_time
              from unnest(cast(:app as text[]), cast(:corp_id as text[]), cast(:event_type as text[]),
                          cast(:handled_at as timestamptz[]), cast(:handling_time as interval[]))
                   as t (app, corp_id, event_type, handled_at, handling_time)
            """;

    private final JdbcClient jdbc;

    HandlingTimes(DataSource dataSource) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setQueryTimeout(SECONDS); // a statistic must not hold a connection for long
        this.jdbc = JdbcClient.create(template);
    }

    void insert(List<HandlingTime> times) {
        jdbc.sql(INSERT)
                .param("app", column(times, HandlingTime::app))
                .param("corp_id", column(times, HandlingTime::corpId))
                .param("event_type", column(times, HandlingTime::type))
                .param("handled_at", column(times, t -> t.handledAt().toString()))
                .param("handling_time", column(times, t -> t.time().toNanos() / 1000 + " microseconds"))
                .update();
    }

    private static String[] column(List<HandlingTime> times, Function<HandlingTime, String> column) {
        return times.stream().map(column).toArray(String[]::new);
    }
}
