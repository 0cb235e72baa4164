package io.github.dingtalkinbox.inbox;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Starts attempts, and aborts those whose time is over.
 *
 * <p>Safe for use by many threads.
 */
final class Attempts implements AutoCloseable {
    private final Executor threads;
    private final Duration timeLimit;
    private final ScheduledThreadPoolExecutor timer;

    /**
     * @param threads gives every attempt a thread at once
     * @param timeLimit after which an attempt is aborted
     */
    Attempts(Executor threads, Duration timeLimit) {
        this.threads = threads;
        this.timeLimit = timeLimit;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "inbox-timeouts");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
    }

    <T> Attempt<T> start(Attempt.Work<T> work) {
        return start(work, timeLimit);
    }

    /** @param limit its time, if that is shorter than that of others */
    <T> Attempt<T> start(Attempt.Work<T> work, Duration limit) {
        Attempt<T> attempt = new Attempt<>();
        Duration time = limit.compareTo(timeLimit) < 0 ? limit : timeLimit;
        try {
            // Not on the timer's thread: a server that hangs makes an abortion take a while.
            Runnable abort = () -> threads.execute(() -> attempt.abort(new HandlerTimedOut(time)));
            var abortion = timer.schedule(abort, time.toNanos(), TimeUnit.NANOSECONDS);
            attempt.whenEnded((result, failure) -> abortion.cancel(false));
            threads.execute(() -> attempt.run(work));
        } catch (RuntimeException e) {
            attempt.abort(e);
            throw e;
        }
        return attempt;
    }

    /** How long the handlers of one transaction may take. */
    Duration timeLimit() {
        return timeLimit;
    }

    /** Attempts that run go on; nothing aborts them any more. */
    @Override
    public void close() {
        timer.shutdownNow();
    }
}
