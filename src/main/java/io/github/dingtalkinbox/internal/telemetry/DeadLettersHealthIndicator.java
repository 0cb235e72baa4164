package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.internal.queue.QueueLevels;
import io.github.dingtalkinbox.internal.queue.QueueLevels.QueueDepth;
import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * Warns as long as there are dead letters: callbacks are received, but an operator has to act. Unknown while the
 * database does not answer.
 */
final class DeadLettersHealthIndicator implements HealthIndicator {
    static final Status WARNING = new Status("WARNING");

    private static final String ACTION =
            "See them and their errors with the command queue list, fix the cause, then queue replay (or queue discard)"
                    + " them: until then, later events of the same approval wait behind them";

    private final QueueLevels queue;
    private final LatestAnswer<Health> answer = new LatestAnswer<>(this::check, Duration.ZERO, System::nanoTime);

    DeadLettersHealthIndicator(QueueLevels queue) {
        this.queue = queue;
    }

    @Override
    public Health health() {
        return answer.get().orElseGet(() -> Health.unknown().build());
    }

    private Health check() {
        try {
            long count =
                    queue.read().getOrDefault(QueueState.DEAD, QueueDepth.EMPTY).depth();
            Health.Builder health =
                    count == 0 ? Health.up() : Health.status(WARNING).withDetail("action", ACTION);
            return health.withDetail("count", count).build();
        } catch (RuntimeException e) {
            return Health.unknown().withException(e).build();
        }
    }
}
