package io.github.dingtalkinbox.recovery;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    private volatile @Nullable ScheduledExecutorService thread;

    /** @param patience how long a call that is under way may take to end: its answer is not thrown away */
    RecoveryJob(RecoveryPoll poll, Duration interval, Duration patience) {
        this.poll = poll;
        this.interval = interval;
        this.patience = patience;
    }

    @Override
    public void start() {
        ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(run -> {
            Thread daemon = new Thread(run, "recovery-poll");
            daemon.setDaemon(true);
            return daemon;
        });
        var unused = started.scheduleWithFixedDelay(this::run, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        thread = started;
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
        ScheduledExecutorService running = thread;
        if (running == null) {
            return;
        }
        thread = null;
        poll.stop();
        running.shutdown();
        try {
            if (!running.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("The poll of the failed callbacks did not end within {}", patience);
                running.shutdownNow();
            }
        } catch (InterruptedException e) {
            running.shutdownNow();
            Thread.currentThread().interrupt();
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
