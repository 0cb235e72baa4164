package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.job.PeriodicJob;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.Trigger;

/** Seals at an interval, or logs that there is no key. */
final class SealJob extends PeriodicJob {
    private static final Logger log = LoggerFactory.getLogger(SealJob.class);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final @Nullable Sealer sealer;
    private final SealHeads heads;
    private final Duration interval;

    /** @param sealer null: there is no key */
    SealJob(@Nullable Sealer sealer, SealHeads heads, Duration interval) {
        super("event-seals", AFTER_THE_WEB_SERVER, PATIENCE);
        this.sealer = sealer;
        this.heads = heads;
        this.interval = interval;
    }

    @Override
    public void start() {
        if (sealer == null) {
            log.info(
                    "The event log is not sealed, because inbox.seal.key is not set: changes made in the database cannot be"
                            + " detected. To seal it, set INBOX_SEAL_KEY (or inbox.seal.key) to 32 random bytes in base64"
                            + " (openssl rand -base64 32), and keep them where the database's administrators cannot read"
                            + " them");
            return;
        }
        super.start();
    }

    @Override
    protected Trigger trigger() {
        return every(Duration.ZERO, interval);
    }

    @Override
    protected void work() {
        if (sealer != null) {
            heads.retry();
            sealer.runOnce();
        }
    }

    @Override
    protected void failed(Throwable failure) {
        log.error("The event log could not be sealed; the next run tries again.{}", hint(failure), failure);
    }

    private static String hint(Throwable failure) {
        return SqlStates.isForbidden(failure)
                ? " The role in spring.datasource.username needs select on inbox.processed_events, select and insert on"
                        + " inbox.event_seals, and execute on the functions inbox.seal_obstacles() and"
                        + " inbox.oldest_open_transaction()"
                : "";
    }

    /** What is not committed is rolled back, and sealed after the next start. */
    @Override
    protected void ending(Executor thread) {
        if (sealer != null) {
            sealer.stop();
        }
    }
}
