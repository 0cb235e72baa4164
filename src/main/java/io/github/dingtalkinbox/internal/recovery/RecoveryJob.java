package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.job.JobThread;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Polls at an interval, from the start of the application to its end, on a thread of its own. */
final class RecoveryJob implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(RecoveryJob.class);

    /** Below that of the web server, so that it stops after it: a call that hangs must not hold up the web server. */
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private final RecoveryPoll poll;
    private final Duration interval;
    private final Duration patience;
    private volatile @Nullable JobThread thread;

    /** @param patience how long a call that is under way may take to end: its answer is not thrown away */
    RecoveryJob(RecoveryPoll poll, Duration interval, Duration patience) {
        this.poll = poll;
        this.interval = interval;
        this.patience = patience;
    }

    @Override
    public void start() {
        thread = JobThread.start("recovery-poll", Duration.ZERO, interval, this::run);
    }

    private void run() {
        try {
            poll.runOnce();
        } catch (Throwable e) {
            // Out of here, it would end the schedule without a word.
            log.error("The poll of the failed callbacks failed; the next one tries again", e);
        }
    }

    /** Not by an interrupt, which would throw away an answer that DingTalk gives only once. */
    @Override
    public void stop() {
        JobThread running = thread;
        if (running == null) {
            return;
        }
        thread = null;
        poll.stop();
        if (!running.end(patience)) {
            log.warn("The poll of the failed callbacks did not end within {}", patience);
        }
        poll.saveWhatIsUnsaved();
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
