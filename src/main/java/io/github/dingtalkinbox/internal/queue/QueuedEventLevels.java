package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code queued_events} table. This looks at it as a whole.
 *
 * <p>Safe for use by many threads.
 */
final class QueuedEventLevels implements QueueLevels {
    private static final int SECONDS = 1;

    private static final String LEVELS = """
            select state,
                   count(*) as depth,
                   cast(extract(epoch from greatest(now() - min(queued_at), interval '0')) * 1000 as bigint) as age_millis
              from inbox.queued_events
             where state <> 'discarded'
             group by state
            """;

    private final JdbcClient jdbc;

    QueuedEventLevels(DataSource dataSource) {
        JdbcTemplate template = new JdbcTemplate(dataSource);
        template.setQueryTimeout(SECONDS); // what is only looked at must not hold a connection for long
        this.jdbc = JdbcClient.create(template);
    }

    @Override
    public Map<QueueState, QueueDepth> read() {
        Map<QueueState, QueueDepth> levels = new EnumMap<>(QueueState.class);
        QueueState.OPEN.forEach(state -> levels.put(state, QueueDepth.EMPTY));
        jdbc.sql(LEVELS).query(row -> {
            levels.put(
                    QueueState.of(row.getString("state")),
                    new QueueDepth(row.getLong("depth"), Duration.ofMillis(row.getLong("age_millis"))));
        });
        return levels;
    }
}
