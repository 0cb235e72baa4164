package io.github.dingtalkinbox.internal.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: 1 s, then twice as long each time up to 60 s, and of that, at random, half to
 * all, so that not all clients come back at the same moment. For one thread at a time.
 */
final class Backoff {
    static final Duration LONGEST = Duration.ofSeconds(60);

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 6;

    private final RandomGenerator random;
    private int attempts;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    Duration next() {
        int doublings = Math.min(attempts, MOST_DOUBLINGS);
        attempts = doublings + 1;
        long millis = Math.min(FIRST.toMillis() << doublings, LONGEST.toMillis());
        return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
    }

    /** It works: the next attempt comes soon again. */
    void reset() {
        attempts = 0;
    }
}
