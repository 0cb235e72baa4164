package io.github.dingtalkinbox.internal.retention;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How fast the cleanup works: after every batch it rests for at least as long as the batch took. Batches take longer
 * when the database is busy, so the cleanup slows down under load.
 *
 * <p>Safe for use by many threads.
 */
final class Pace {
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final Duration shortest;
    private final Semaphore stopped = new Semaphore(0);

    Pace(Duration shortest) {
        this.shortest = shortest;
    }

    Duration afterBatch(Duration took) {
        Duration rest = took.compareTo(LONGEST) < 0 ? took : LONGEST;
        return rest.compareTo(shortest) > 0 ? rest : shortest;
    }

    /** @throws Stopped if the cleanup was stopped before or meanwhile */
    void rest(Duration pause) {
        try {
            if (stopped.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                stopped.release();
                throw new Stopped();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
    }

    /** @throws Stopped if the cleanup was stopped */
    void requireGoingOn() {
        rest(Duration.ZERO);
    }

    /** No further step begins until {@link #goOn}. */
    void stop() {
        stopped.release();
    }

    void goOn() {
        stopped.drainPermits();
    }

    /** The run has to end before its next step. */
    static final class Stopped extends RuntimeException {}
}
