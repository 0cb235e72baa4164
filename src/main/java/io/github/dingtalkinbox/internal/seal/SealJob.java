package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.job.JobThread;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Seals at an interval, from the start of the application to its end, on a thread of its own; or says that it cannot. */
final class SealJob implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(SealJob.class);

    /** Below that of the web server, so that it stops after it. */
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final @Nullable Sealer sealer;
    private final Duration interval;
    private volatile @Nullable JobThread thread;

    /** @param sealer null: there is no key */
    SealJob(@Nullable Sealer sealer, Duration interval) {
        this.sealer = sealer;
        this.interval = interval;
    }

    @Override
    public void start() {
        if (sealer == null) {
            log.warn("""
                    THE EVENT LOG IS NOT SEALED: inbox.seal.key is not set.
                      Whoever may write to the database can change what was processed, and nobody will see it. The cleanup \
                    removes no events either, because it removes sealed ones only.
                      Set INBOX_SEAL_KEY (or inbox.seal.key) to 32 random bytes in base64, and keep them where the database's \
                    administrators cannot read them. The command keys makes some, or: openssl rand -base64 32""");
            return;
        }
        thread = JobThread.start("event-seals", Duration.ZERO, interval, () -> run(sealer));
    }

    private void run(Sealer sealing) {
        try {
            sealing.runOnce();
        } catch (Throwable e) {
            // Out of here, it would end the schedule without a word.
            log.error("The event log could not be sealed; the next run tries again.{}", hint(e), e);
        }
    }

    private static String hint(Throwable failure) {
        return SqlStates.isForbidden(failure)
                ? " The role in spring.datasource.username needs select on inbox.processed_events, select and insert on"
                        + " inbox.event_seals, and execute on the functions inbox.seal_obstacles() and"
                        + " inbox.oldest_open_transaction()"
                : "";
    }

    /** What is under way is rolled back, and done again after the next start. */
    @Override
    public void stop() {
        JobThread running = thread;
        if (running == null) {
            return;
        }
        thread = null;
        if (sealer != null) {
            sealer.stop();
        }
        running.end(PATIENCE);
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
