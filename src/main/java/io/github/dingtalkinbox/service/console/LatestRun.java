package io.github.dingtalkinbox.service.console;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that takes longer than a page may: it runs on a thread of its own, one run at a time however many ask for it, and
 * its latest result stays to be seen, on this node and until its end.
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
     * @param since when the run that is under way has begun; null: none is
     * @param endedAt of the latest run that has ended
     * @param result of that; null: there is none yet, or it has failed
     * @param failure of that; null: it has not failed
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
