package io.github.dingtalkinbox.internal.telemetry.timing;

import io.github.dingtalkinbox.internal.job.JobThread;
import java.time.Duration;
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
    private volatile @Nullable JobThread thread;

    RecorderJob(Recorder recorder) {
        this.recorder = recorder;
    }

    @Override
    public void start() {
        thread = JobThread.start("handling-times", INTERVAL, INTERVAL, this::run);
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
        JobThread running = thread;
        if (running == null) {
            return;
        }
        thread = null;
        running.doOnceMore(this::run);
        if (!running.end(PATIENCE)) {
            log.warn("The last handling times could not be written within {}", PATIENCE);
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
