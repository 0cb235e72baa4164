package io.github.dingtalkinbox.internal.stream;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When anything was last received on connections that follow each other. Safe for use by many threads. */
final class Pulse {
    private final Clock clock;
    private volatile long latest = System.nanoTime();
    private volatile @Nullable Instant latestAt;

    Pulse(Clock clock) {
        this.clock = clock;
    }

    void beat() {
        latest = System.nanoTime();
        latestAt = clock.instant();
    }

    /** Null if nothing was received yet. */
    @Nullable
    Instant latestAt() {
        return latestAt;
    }

    /** Since the latest one; without any, since this was created. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - latest);
    }
}
