package io.github.dingtalkinbox.service.console;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that takes longer than a page may. It runs on a thread of its own, one run at a time for all users, and its
 * latest result is shown on this node until the service ends.
 *
 * <p>Safe for use by many threads.
 */
final class LatestRun<T> {
    private static final Logger log = LoggerFactory.getLogger(LatestRun.class);

    private final Executor executor;
    private final Clock clock;
    private volatile RunState<T> state = new RunState<>(null, null, null, null);

    LatestRun(Executor executor, Clock clock) {
        this.executor = executor;
        this.clock = clock;
    }

    RunState<T> state() {
        return state;
    }

    /** Starts a run; false if one is already under way. */
    synchronized boolean start(Callable<T> run) {
        if (state.since() != null) {
            return false;
        }
        state = state.begun(clock.instant());
        executor.execute(() -> finish(run));
        return true;
    }

    private void finish(Callable<T> run) {
        RunState<T> end;
        try {
            T result = run.call();
            end = new RunState<>(null, clock.instant(), result, null);
        } catch (Exception e) {
            log.error("A check or cleanup that was started in the console failed", e);
            end = new RunState<>(null, clock.instant(), null, String.valueOf(e.getMessage()));
        }
        state = end;
    }

    /**
     * The state of a run.
     *
     * @param since when the current run began; null: there is none
     * @param endedAt when the latest complete run ended
     * @param result of that; null: there is none yet, or it failed
     * @param failure of that; null: it did not fail
     */
    record RunState<T>(
            @Nullable Instant since,
            @Nullable Instant endedAt,
            @Nullable T result,
            @Nullable String failure) {
        private RunState<T> begun(Instant now) {
            return new RunState<>(now, endedAt, result, failure);
        }
    }
}
