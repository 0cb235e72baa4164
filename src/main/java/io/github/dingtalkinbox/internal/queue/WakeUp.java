package io.github.dingtalkinbox.internal.queue;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes the thread that waits for something to do; a call that comes before the wait is remembered. Safe for use by many threads. */
public final class WakeUp {
    private final Semaphore calls = new Semaphore(0);

    public void ring() {
        if (calls.availablePermits() == 0) {
            calls.release();
        }
    }

    /** Waits for a call. */
    void await(Duration atMost) throws InterruptedException {
        if (calls.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            calls.drainPermits();
        }
    }
}
