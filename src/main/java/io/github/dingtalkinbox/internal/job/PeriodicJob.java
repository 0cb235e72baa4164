package io.github.dingtalkinbox.internal.job;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.concurrent.ConcurrentTaskScheduler;
import org.springframework.scheduling.support.PeriodicTrigger;

/**
 * Does the same work again and again, from the start of the application to its end, on a thread of its own, which keeps
 * no application from ending.
 */
public abstract class PeriodicJob implements SmartLifecycle {
    /** Below that of the web server, so that it stops after it: what hangs here must not hold up the web server. */
    protected static final int AFTER_THE_WEB_SERVER = DEFAULT_PHASE - 4096;

    private final String name;
    private final int phase;
    private final Duration patience;
    private volatile @Nullable Running running;

    /**
     * @param name of the thread
     * @param patience how long what is under way at the end may take; after that, it is interrupted
     */
    protected PeriodicJob(String name, int phase, Duration patience) {
        this.name = name;
        this.phase = phase;
        this.patience = patience;
    }

    /** When to work. */
    protected abstract Trigger trigger();

    protected abstract void work() throws Exception;

    /** Says that the work failed. It is tried again next time. */
    protected abstract void failed(Throwable failure);

    /**
     * Asks the work to end if it is under way.
     *
     * @param thread for what remains to be done then, as long as the patience lasts
     */
    protected void ending(Executor thread) {}

    /**
     * Called when the work has ended.
     *
     * @param inTime false: it was interrupted
     */
    protected void ended(boolean inTime) {}

    /**
     * At an interval.
     *
     * @param delay until the work is done for the first time
     * @param interval from the end of the work until it is done again
     */
    protected static Trigger every(Duration delay, Duration interval) {
        PeriodicTrigger trigger = new PeriodicTrigger(interval);
        trigger.setInitialDelay(delay);
        return trigger;
    }

    /** Works once. */
    public final void runOnce() {
        try {
            work();
        } catch (Throwable e) {
            failed(e);
        }
    }

    @Override
    public void start() {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, run -> {
            Thread daemon = new Thread(run, name);
            daemon.setDaemon(true);
            return daemon;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        Future<?> schedule = new ConcurrentTaskScheduler(thread).schedule(this::runOnce, trigger());
        if (schedule == null) {
            throw new IllegalStateException(name + " has no next time");
        }
        running = new Running(thread, schedule);
    }

    @Override
    public final void stop() {
        Running stopped = running;
        if (stopped == null) {
            return;
        }
        running = null;
        stopped.schedule().cancel(false);
        ending(stopped.thread());
        ended(end(stopped.thread()));
    }

    /** Whether it ended in time; true, too, if the caller was interrupted. */
    private boolean end(ScheduledThreadPoolExecutor thread) {
        thread.shutdown();
        try {
            if (thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            thread.shutdownNow();
            return true;
        }
        thread.shutdownNow();
        return false;
    }

    @Override
    public final int getPhase() {
        return phase;
    }

    @Override
    public final boolean isRunning() {
        return running != null;
    }

    private record Running(ScheduledThreadPoolExecutor thread, Future<?> schedule) {}
}
