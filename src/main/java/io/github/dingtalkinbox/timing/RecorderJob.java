package io.github.dingtalkinbox.timing;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Writes handling times about once a second, on a thread of its own, and for the last time when all work has ended. */
final class RecorderJob implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(RecorderJob.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Below that of the workers (0) and all else that processes events, so that it stops after it. */
    private static final int PHASE = -1024;

    private final Recorder recorder;
    private volatile @Nullable ScheduledExecutorService thread;

    RecorderJob(Recorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread daemon = new Thread(run, "handling-times");
            daemon.setDaemon(true);
            return daemon;
        });
        var unused = started.scheduleWithFixedDelay(
                this::run, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        thread = started;
    }

    private void run() {
        try {
            recorder.runOnce();
        } catch (Throwable e) {
            // Out of here, it would end the schedule without a word.
            log.error("Handling times could not be written; the next second tries again", e);
        }
    }

    /** A database that hangs must not hold up the stop for long: what it does not take in time is lost. */
    @Override
    public void stop() {
        ScheduledExecutorService running = thread;
        if (running == null) {
            return;
        }
        thread = null;
        running.execute(this::run);
        running.shutdown();
        try {
            if (!running.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("The last handling times could not be written within {}", PATIENCE);
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            running.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
