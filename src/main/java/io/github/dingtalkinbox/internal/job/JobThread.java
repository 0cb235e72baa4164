package io.github.dingtalkinbox.internal.job;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A thread that does the same work at an interval until it is ended. It keeps no application from ending.
 *
 * <p>Safe for use by many threads.
 */
public final class JobThread {
    private final ScheduledExecutorService thread;

    private JobThread(ScheduledExecutorService thread) {
        this.thread = thread;
    }

    /**
     * Starts it.
     *
     * @param delay until the work is done for the first time
     * @param interval from the end of the work until it is done again
     * @param work lets nothing out that it throws: that would end the job without a word
     */
    public static JobThread start(String name, Duration delay, Duration interval, Runnable work) {
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread daemon = new Thread(run, name);
            daemon.setDaemon(true);
            return daemon;
        });
        var unused = thread.scheduleWithFixedDelay(work, delay.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        return new JobThread(thread);
    }

    /** Has this done as soon as what is under way has ended, also if the job is ended meanwhile. */
    public void doOnceMore(Runnable work) {
        thread.execute(work);
    }

    /**
     * Ends it: what is under way may end, and nothing new begins.
     *
     * @param patience with what is under way; after that, it is interrupted
     * @return whether that was not necessary; true, too, if the caller was interrupted
     */
    public boolean end(Duration patience) {
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
}
