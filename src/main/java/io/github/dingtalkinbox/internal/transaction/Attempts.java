package io.github.dingtalkinbox.internal.transaction;

import io.github.dingtalkinbox.internal.transaction.TimeLimits.TimeLimit;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Starts attempts, and aborts those whose time is over.
 *
 * <p>Safe for use by many threads.
 */
public final class Attempts {
    private final Executor threads;
    private final Duration timeLimit;
    private final TimeLimits timeLimits;

    /**
     * @param threads gives every attempt a thread at once
     * @param timeLimit after which an attempt is aborted
     */
    public Attempts(Executor threads, Duration timeLimit, TimeLimits timeLimits) {
        this.threads = threads;
        this.timeLimit = timeLimit;
        this.timeLimits = timeLimits;
    }

    public <T> Attempt<T> start(Attempt.Work<T> work) {
        return start(work, timeLimit);
    }

    /**
     * Starts work whose time is shorter than that of others.
     *
     * @param limit its time, if that is shorter
     */
    public <T> Attempt<T> start(Attempt.Work<T> work, Duration limit) {
        Attempt<T> attempt = new Attempt<>();
        Duration time = limit.compareTo(timeLimit) < 0 ? limit : timeLimit;
        // Not on the thread of the time limits: a server that hangs makes an abortion take a while.
        Runnable abort = () -> threads.execute(() -> attempt.abort(new HandlerTimedOut(time)));
        TimeLimit abortion = timeLimits.set(Deadline.in(time), abort);
        attempt.whenEnded((result, failure) -> abortion.lift());
        try {
            threads.execute(() -> attempt.run(work));
        } catch (RuntimeException e) {
            attempt.abort(e);
            throw e;
        }
        return attempt;
    }

    /** How long the handlers of one transaction may take. */
    public Duration timeLimit() {
        return timeLimit;
    }
}
