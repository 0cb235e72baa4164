package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.queue.QueueLevels.QueueDepth;
import io.github.dingtalkinbox.internal.schema.Schema;
import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Warns as long as there is something that should not be there: callbacks are received, but an operator has to act. Unknown
 * while the database does not answer.
 */
final class WarningHealthIndicator implements HealthIndicator {
    static final Status WARNING = new Status("WARNING");

    private static final String DEAD_LETTERS_ACTION =
            "See them and their errors with the command queue list, fix the cause, then queue replay (or queue discard)"
                    + " them: until then, later events of the same approval wait behind them";

    private static final String HEADS_ACTION =
            "See the log for what refuses the heads of the seals (inbox.seal.head.*), and mend it: until then, nothing"
                    + " outside the database tells what the seals were";

    private static final String CLEANUP_ACTION =
            "For so many days, events have been due that no cleanup has removed. Look at the job that runs the command cleanup"
                    + " (audit report cleanups says what it did), or let the service do it (inbox.retention.schedule, as a role"
                    + " that may). To keep events for longer, set inbox.retention.events";

    private final LongSupplier database;
    private final String action;
    private final LatestAnswer<Health> answer = new LatestAnswer<>(this::check, Duration.ZERO, System::nanoTime);

    private WarningHealthIndicator(LongSupplier database, String action) {
        this.database = database;
        this.action = action;
    }

    static WarningHealthIndicator ofDeadLetters(QueueLevels queue) {
        return new WarningHealthIndicator(
                () -> queue.read()
                        .getOrDefault(QueueState.DEAD, QueueDepth.EMPTY)
                        .depth(),
                DEAD_LETTERS_ACTION);
    }

    /** @param asynchronous asks how many standbys there are that no commit waits for */
    static WarningHealthIndicator ofStandbys(LongSupplier asynchronous) {
        return new WarningHealthIndicator(asynchronous, Schema.STANDBY_ADVICE);
    }

    /** @param overdue asks how many heads of seals are not kept elsewhere and should be */
    static WarningHealthIndicator ofSealHeads(LongSupplier overdue) {
        return new WarningHealthIndicator(overdue, HEADS_ACTION);
    }

    /** @param overdueDays asks for how many days nobody has removed what is due */
    static WarningHealthIndicator ofCleanup(LongSupplier overdueDays) {
        return new WarningHealthIndicator(overdueDays, CLEANUP_ACTION);
    }

    @Override
    public Health health() {
        return answer.get().orElseGet(() -> Health.unknown().build());
    }

    private Health check() {
        try {
            long count = database.getAsLong();
            Health.Builder health =
                    count == 0 ? Health.up() : Health.status(WARNING).withDetail("action", action);
            return health.withDetail("count", count).build();
        } catch (RuntimeException e) {
            return Health.unknown().withException(e).build();
        }
    }
}
