package io.github.dingtalkinbox.internal.transaction;

import io.github.dingtalkinbox.internal.transaction.TimeLimits.TimeLimit;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Starts tasks, and aborts those whose time is over.
 *
 * <p>Safe for use by many threads.
 */
public final class Tasks {
    private final Executor threads;
    private final Duration timeLimit;
    private final TimeLimits timeLimits;

    /**
     * @param threads gives every task a thread at once
     * @param timeLimit after which a task is aborted
     */
    public Tasks(Executor threads, Duration timeLimit, TimeLimits timeLimits) {
        this.threads = threads;
        this.timeLimit = timeLimit;
        this.timeLimits = timeLimits;
    }

    public <T> Task<T> start(Task.Work<T> work) {
        return start(work, timeLimit);
    }

    /**
     * Starts work whose time is shorter than that of others.
     *
     * @param limit its time, if that is shorter
     */
    public <T> Task<T> start(Task.Work<T> work, Duration limit) {
        Task<T> task = new Task<>();
        Duration time = limit.compareTo(timeLimit) < 0 ? limit : timeLimit;
        // Not on the thread of the time limits: a server that hangs makes an abortion take a while.
        Runnable abort = () -> threads.execute(() -> task.abort(new HandlerTimedOut(time)));
        TimeLimit abortion = timeLimits.set(Deadline.in(time), abort);
        task.whenEnded((result, failure) -> abortion.lift());
        try {
            threads.execute(() -> task.run(work));
        } catch (RuntimeException e) {
            task.abort(e);
            throw e;
        }
        return task;
    }

    /** How long the handlers of one transaction may take. */
    public Duration timeLimit() {
        return timeLimit;
    }
}
