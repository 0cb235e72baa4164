package io.github.dingtalkinbox.internal.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What happens next with an event that is not processed.
 *
 * @param delay until it may be tried; null: it will not be
 * @param error what it failed with; null if it has not failed
 */
public record NextStep(
        QueueState state,
        @Nullable Duration delay,
        @Nullable String error) {
    public static final NextStep FIRST_ATTEMPT = new NextStep(QueueState.PENDING, Duration.ZERO, null);

    public boolean isDead() {
        return state == QueueState.DEAD;
    }
}
