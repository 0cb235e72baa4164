package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.sql.SiblingPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Whether the database answers. Says so within a second, also while it hangs.
 *
 * <p>Safe for use by many threads.
 */
final class DatabaseHealthIndicator implements HealthIndicator, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DatabaseHealthIndicator.class);
    private static final String ERROR = "error";
    /** The least that JDBC can be told. */
    private static final int SECONDS = 1;

    /** A pool that is busy says nothing about the database, and a check that hangs takes no connection from the callbacks. */
    private final SiblingPool connection;

    private final LatestAnswer<Health> answer = new LatestAnswer<>(this::check, Duration.ZERO, System::nanoTime);
    private final AtomicBoolean wasUp = new AtomicBoolean(true);

    DatabaseHealthIndicator(DataSource dataSource) {
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
            return open.isValid(SECONDS) ? Health.up().build() : down("The connection has broken");
        } catch (SQLException | RuntimeException e) {
            return Health.down(e).build();
        }
    }

    private static Health down(String error) {
        return Health.down().withDetail(ERROR, error).build();
    }

    private static void report(boolean isUp, Health health) {
        if (isUp) {
            log.info("The database answers again");
        } else {
            log.error(
                    "The database does not answer ({}). Callbacks are answered 503 until it does, and DingTalk delivers"
                            + " them again",
                    health.getDetails().get(ERROR));
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
