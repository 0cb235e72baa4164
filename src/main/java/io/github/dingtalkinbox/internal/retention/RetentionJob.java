package io.github.dingtalkinbox.internal.retention;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.scheduling.support.CronTrigger;

/** Cleans up when it is time, from the start of the application to its end, on a thread of its own. */
final class RetentionJob implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(RetentionJob.class);

    /** Below that of the web server, so that it stops after it: a database that hangs must not hold up the web server. */
    private static final int PHASE = DEFAULT_PHASE - 4096;

    private final Retention retention;
    private final String schedule;
    private final CleanupOrder order;
    private final Clock clock;
    private final Duration patience;
    private volatile @Nullable ThreadPoolTaskScheduler thread;

    /** @param patience how long a batch that is under way may take to end */
    RetentionJob(Retention retention, String schedule, CleanupOrder order, Clock clock, Duration patience) {
        this.retention = retention;
        this.schedule = schedule;
        this.order = order;
        this.clock = clock;
        this.patience = patience;
    }

    @Override
    public boolean isAutoStartup() {
        return !schedule.equals(RetentionProperties.NEVER);
    }

    @Override
    public void start() {
        retention.goOn();
        ThreadPoolTaskScheduler started = new ThreadPoolTaskScheduler();
        started.setPoolSize(1);
        started.setThreadNamePrefix("cleanup-");
        started.setDaemon(true);
        started.setClock(clock);
        started.setWaitForTasksToCompleteOnShutdown(true);
        started.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        started.setAwaitTerminationMillis(patience.toMillis());
        started.initialize();
        var unused = started.schedule(this::runOnce, new CronTrigger(schedule, ZoneId.systemDefault()));
        thread = started;
    }

    void runOnce() {
        try {
            report(retention.runOnce(order));
        } catch (Throwable e) {
            // Out of here, it would end the schedule without a word.
            log.error("The cleanup failed; the next one tries again", e);
        }
    }

    private static void report(RetentionReport report) {
        String problems = String.join(" ", report.problems());
        switch (report.outcome()) {
            case COMPLETED -> log.info("The cleanup has removed {} rows; nothing is left that is due", report.rows());
            case REFUSED ->
                log.error("The cleanup has removed {} rows, and refuses the rest. {}", report.rows(), problems);
            case STOPPED, BUSY -> log.info("The cleanup has removed {} rows. {}", report.rows(), problems);
            case FAILED -> log.error("The cleanup has removed {} rows, and failed. {}", report.rows(), problems);
        }
    }

    @Override
    public void stop() {
        ThreadPoolTaskScheduler running = thread;
        if (running == null) {
            return;
        }
        thread = null;
        retention.stop();
        running.shutdown();
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
