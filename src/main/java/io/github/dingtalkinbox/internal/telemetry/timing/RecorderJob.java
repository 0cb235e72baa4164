package io.github.dingtalkinbox.internal.telemetry.timing;

import io.github.dingtalkinbox.internal.job.PeriodicJob;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.Trigger;

/** Writes handling times about once a second, and for the last time when all work has ended. */
final class RecorderJob extends PeriodicJob {
    private static final Logger log = LoggerFactory.getLogger(RecorderJob.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** A database that hangs must not hold up the stop for long: what it does not take in time is lost. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Below that of the workers (0) and all else that processes events, so that it stops after it. */
    private static final int PHASE = -1024;

    private final Recorder recorder;

    RecorderJob(Recorder recorder) {
        super("handling-times", PHASE, PATIENCE);
        this.recorder = recorder;
    }

    @Override
    protected Trigger trigger() {
        return every(INTERVAL, INTERVAL);
    }

    @Override
    protected void work() {
        recorder.runOnce();
    }

    @Override
    protected void failed(Throwable failure) {
        log.error("Handling times could not be written; the next second tries again", failure);
    }

    @Override
    protected void ending(Executor thread) {
        thread.execute(this::runOnce);
    }

    @Override
    protected void ended(boolean inTime) {
        if (!inTime) {
            log.warn("The last handling times could not be written within {}", PATIENCE);
        }
    }
}
