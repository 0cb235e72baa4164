package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.job.PeriodicJob;
import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.Trigger;
import org.springframework.scheduling.support.CronTrigger;

/** The cleanup, whenever its schedule says. */
public final class RetentionJob extends PeriodicJob {
    private static final Logger log = LoggerFactory.getLogger(RetentionJob.class);

    private final Retention retention;
    private final String schedule;
    private final CleanupOrder order;

    /** @param patience how long a running batch may take at the stop */
    public RetentionJob(Retention retention, String schedule, CleanupOrder order, Duration patience) {
        super("cleanup-job", AFTER_THE_WEB_SERVER, patience);
        this.retention = retention;
        this.schedule = schedule;
        this.order = order;
    }

    @Override
    public boolean isAutoStartup() {
        return RetentionProperties.isTime(schedule);
    }

    @Override
    public void start() {
        retention.goOn();
        super.start();
    }

    @Override
    protected Trigger trigger() {
        return new CronTrigger(schedule, ZoneId.systemDefault());
    }

    @Override
    protected void work() {
        report(retention.runOnce(order));
    }

    @Override
    protected void failed(Throwable failure) {
        log.error("The cleanup failed; the next run tries again", failure);
    }

    private static void report(RetentionReport report) {
        String problems = String.join(" ", report.problems());
        switch (report.outcome()) {
            case COMPLETED -> log.info("The cleanup removed {} rows; nothing that is due is left", report.rows());
            case REFUSED ->
                log.error("The cleanup removed {} rows, and refused to remove others. {}", report.rows(), problems);
            case STOPPED, BUSY -> log.info("The cleanup removed {} rows. {}", report.rows(), problems);
            case FAILED -> log.error("The cleanup removed {} rows, then failed. {}", report.rows(), problems);
        }
    }

    @Override
    protected void ending(Executor thread) {
        retention.stop();
    }
}
