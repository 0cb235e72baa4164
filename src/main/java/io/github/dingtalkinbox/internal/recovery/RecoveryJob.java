package io.github.dingtalkinbox.internal.recovery;

import io.github.dingtalkinbox.internal.job.PeriodicJob;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.Trigger;

/** Polls at an interval. */
final class RecoveryJob extends PeriodicJob {
    private static final Logger log = LoggerFactory.getLogger(RecoveryJob.class);

    private final RecoveryPoll poll;
    private final Duration interval;
    private final Duration patience;

    /** @param patience how long a call that is under way may take to end: its answer is not thrown away */
    RecoveryJob(RecoveryPoll poll, Duration interval, Duration patience) {
        super("recovery-poll", AFTER_THE_WEB_SERVER, patience);
        this.poll = poll;
        this.interval = interval;
        this.patience = patience;
    }

    @Override
    protected Trigger trigger() {
        return every(Duration.ZERO, interval);
    }

    @Override
    protected void work() {
        poll.runOnce();
    }

    @Override
    protected void failed(Throwable failure) {
        log.error("The poll of the failed callbacks failed; the next one tries again", failure);
    }

    /** Not by an interrupt, which would throw away an answer that DingTalk gives only once. */
    @Override
    protected void ending(Executor thread) {
        poll.stop();
    }

    @Override
    protected void ended(boolean inTime) {
        if (!inTime) {
            log.warn("The poll of the failed callbacks did not end within {}", patience);
        }
        poll.saveWhatIsUnsaved();
    }
}
