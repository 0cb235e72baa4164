package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.sql.SqlArrays;
import io.github.dingtalkinbox.internal.sql.SqlTimes;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The {@code handling_times} table. Append only. */
final class HandlingTimes {
    private static final int SECONDS = 1;

    private static final String INSERT = """
            insert into inbox.handling_times (event_id, app, corp_id, event_type, handling_time)
            select event_id, app, corp_id, event_type, handling_time
              from unnest(cast(:event_id as text[]), cast(:app as text[]), cast(:corp_id as text[]),
                          cast(:event_type as text[]), cast(:handling_time as interval[]))
                   as t (event_id, app, corp_id, event_type, handling_time)
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    HandlingTimes(DataSource dataSource) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setQueryTimeout(SECONDS); // a statistic must not hold a connection for long
        this.jdbc = JdbcClient.create(template);
        // A host application's connections may have auto-commit off.
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    }

    void insert(List<HandlingTime> times) {
        StatementSpec insert = jdbc.sql(INSERT)
                .param("event_id", SqlArrays.texts(times, HandlingTime::eventId))
                .param("app", SqlArrays.texts(times, HandlingTime::app))
                .param("corp_id", SqlArrays.texts(times, HandlingTime::corpId))
                .param("event_type", SqlArrays.texts(times, HandlingTime::type))
                .param("handling_time", SqlArrays.texts(times, t -> SqlTimes.interval(t.time())));
        transaction.executeWithoutResult(status -> insert.update());
    }

    /** How long the handlers of an event took. Contains nothing of the event's content. */
    record HandlingTime(String eventId, String app, String corpId, String type, Duration time) {
        static HandlingTime of(Event event, Duration time) {
            return new HandlingTime(event.id(), event.app(), event.corpId(), event.type(), time);
        }
    }
}
