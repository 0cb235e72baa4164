package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.sql.SiblingPool;
import io.github.dingtalkinbox.internal.transaction.CommitWatch;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Whether the database takes events: it answers, can be written to, and commits. Says so within a second, also while it
 * hangs.
 *
 * <p>Safe for use by many threads.
 */
final class DatabaseHealthIndicator implements HealthIndicator, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DatabaseHealthIndicator.class);
    private static final String ERROR = "error";
    private static final String STATE = """
            select pg_is_in_recovery()                            as is_standby,
                   current_setting('transaction_read_only') = 'on' as is_read_only
            """;

    private static final String HEAR_WARNINGS = """
            set client_min_messages = notice
            """;

    // Writes no row, and yet waits for a synchronous standby as the commits of events do.
    private static final String COMMIT = """
            select pg_logical_emit_message(true, 'inbox', '')
            """;

    /** The least that JDBC can be told. */
    private static final int SECONDS = 1;

    /** A pool that is busy says nothing about the database, and a check that hangs takes no connection from the callbacks. */
    private final SiblingPool connection;

    private final CommitWatch commits;
    private final LatestAnswer<Health> answer = new LatestAnswer<>(this::check, Duration.ZERO, System::nanoTime);
    private final AtomicBoolean wasUp = new AtomicBoolean(true);

    /** @param commits of events */
    DatabaseHealthIndicator(DataSource dataSource, CommitWatch commits) {
        this.commits = commits;
        this.connection = SiblingPool.beside(dataSource).named("health").size(1).build();
    }

    @Override
    public Health health() {
        Health health =
                answer.get().orElseGet(() -> down("No answer within " + LatestAnswer.PATIENCE.toMillis() + " ms"));
        boolean isUp = health.getStatus().equals(Status.UP);
        if (wasUp.getAndSet(isUp) != isUp) {
            report(isUp, health);
        }
        return health;
    }

    private Health check() {
        try (Connection open = connection.get().getConnection()) {
            if (!open.isValid(SECONDS)) {
                return down("The connection has broken");
            }
            open.setAutoCommit(true); // a host application's may be without, and then nothing would be committed here
            try (Statement statement = open.createStatement()) {
                statement.setQueryTimeout(SECONDS);
                return check(open, statement);
            }
        } catch (SQLException | RuntimeException e) {
            return Health.down(e).build();
        }
    }

    private Health check(Connection open, Statement statement) throws SQLException {
        try (ResultSet state = statement.executeQuery(STATE)) {
            state.next();
            if (state.getBoolean("is_standby") || state.getBoolean("is_read_only")) {
                String error = state.getBoolean("is_standby") ? "The server is a standby" : "The server is read-only";
                open.abort(Runnable::run); // the next one may be to another server
                return down(error);
            }
        }
        if (commits.isInDoubt()) {
            statement.execute(HEAR_WARNINGS);
            statement.execute(COMMIT);
            if (statement.getWarnings() != null) {
                return down("A commit waits for a standby that does not answer");
            }
        }
        return Health.up().build();
    }

    private static Health down(String error) {
        return Health.down().withDetail(ERROR, error).build();
    }

    private static void report(boolean isUp, Health health) {
        if (isUp) {
            log.info("The database takes events again");
        } else {
            log.error(
                    "The database takes no events ({}). Callbacks are answered 503 until it does, and DingTalk delivers"
                            + " them again",
                    health.getDetails().get(ERROR));
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
