package io.github.dingtalkinbox.service.console;

import java.time.Duration;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The {@code audit_cleanups} view, read with the role of the service: it has to be visible even if the role of the
 * cleanup cannot log in.
 */
final class AuditCleanups {
    private static final String SINCE_COMPLETED = """
            select extract(epoch from now() - max(ended_at))
              from inbox.audit_cleanups
             where table_name = ''
               and outcome = 'completed'
            """;

    private final JdbcClient jdbc;

    AuditCleanups(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Time since a run last removed everything that was due; empty: never. */
    Optional<Duration> sinceCompleted() {
        return jdbc.sql(SINCE_COMPLETED)
                .query(Double.class)
                .optional()
                .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)));
    }
}
