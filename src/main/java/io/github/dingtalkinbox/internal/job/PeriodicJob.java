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

/** Repeats some work from the start of the application to its end, on a daemon thread of its own. */
public abstract class PeriodicJob implements SmartLifecycle {
    /**
     * Below the phase of the web server, so that the job stops after it: a job that hangs must not delay the web
     * server.
     */
    protected static final int AFTER_THE_WEB_SERVER = DEFAULT_PHASE - 4096;

    private final String name;
    private final int phase;
    private final Duration patience;
    private volatile @Nullable Running running;

    /**
     * @param name of the thread
     * @param patience how long work that is running at the stop may take before it is interrupted
     */
    protected PeriodicJob(String name, int phase, Duration patience) {
        this.name = name;
        this.phase = phase;
        this.patience = patience;
    }

    protected abstract Trigger trigger();

    protected abstract void work() throws Exception;

    /** Reports that the work failed. It is tried again next time. */
    protected abstract void failed(Throwable failure);

    /**
     * Asks running work to end.
     *
     * @param thread for what is left to do, within the patience
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
     * @param delay until the first time
     * @param interval from the end of the work to its next start
     */
    protected static Trigger every(Duration delay, Duration interval) {
        PeriodicTrigger trigger = new PeriodicTrigger(interval);
        trigger.setInitialDelay(delay);
        return trigger;
    }

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

    /** Whether it ended in time; also true if the caller was interrupted. */
    private boolean end(ScheduledThreadPoolExecutor thread) {
        boolean inTime = true;
        thread.shutdown();
        try {
            inTime = thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.shutdownNow();
        return inTime;
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
