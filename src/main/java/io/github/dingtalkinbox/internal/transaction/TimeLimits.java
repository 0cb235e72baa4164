package io.github.dingtalkinbox.internal.transaction;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says when a time is over. Nearly everything that has a limit here ends long before it, and a timer for each would cost
 * more than the rest of its wait: on a virtual thread, a timed wait wakes the timer of the JVM twice. So one thread looks
 * at all of them, again and again.
 *
 * <p>Safe for use by many threads.
 */
public final class TimeLimits implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TimeLimits.class);

    /** So much later than it should, at most, a limit is noticed. */
    private static final Duration PRECISION = Duration.ofMillis(10);

    /** Between two waits of the same delivery, it has no limit for a moment. */
    private static final int LAST_LOOKS = 100;

    private final Set<TimeLimit> running = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;
    private final AtomicInteger looksAtNothing = new AtomicInteger();
    private volatile boolean isClosed;

    public TimeLimits() {
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "inbox-timeouts");
            thread.setDaemon(true);
            return thread;
        });
        var unused = timer.scheduleWithFixedDelay(
                this::look, PRECISION.toMillis(), PRECISION.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Sets a limit.
     *
     * @param whenOver done at the deadline, unless the limit is lifted before; it must not block, because it keeps the
     *     thread that looks after all limits
     */
    public TimeLimit set(Deadline deadline, Runnable whenOver) {
        TimeLimit limit = new TimeLimit(deadline, whenOver);
        running.add(limit);
        return limit;
    }

    private void look() {
        if (!isClosed || !running.isEmpty()) {
            looksAtNothing.set(0);
        } else if (looksAtNothing.incrementAndGet() == LAST_LOOKS) {
            timer.shutdown();
        }
        for (TimeLimit limit : running) {
            if (limit.deadline.nanosLeft() <= 0 && limit.lift()) {
                try {
                    limit.whenOver.run();
                } catch (Throwable e) { // out of here, it would be the end of all limits
                    log.error("What was to be done at a deadline has failed", LoggedFailure.of(e));
                }
            }
        }
    }

    /**
     * Has the thread end, as soon as there is nothing left to look after: who waits at this moment still has to be answered
     * in time.
     */
    @Override
    public void close() {
        isClosed = true;
    }

    /** The limit of one thing. */
    public final class TimeLimit {
        private final Deadline deadline;
        private final Runnable whenOver;

        private TimeLimit(Deadline deadline, Runnable whenOver) {
            this.deadline = deadline;
            this.whenOver = whenOver;
        }

        /**
         * There is no limit any more.
         *
         * @return whether there was one: it has not been over, and never will be
         */
        public boolean lift() {
            return running.remove(this);
        }
    }
}
