package io.github.dingtalkinbox.internal.webhook;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.SmartLifecycle;

/**
 * The first phase of a stop. Readiness is already down (Boot does that), and new callbacks are refused for a while with
 * an answer that says so. Only then does the web server stop, which refuses connections and answers the callbacks that
 * are still running.
 *
 * <p>Safe for use by many threads.
 */
final class Drain implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    private final Duration duration;
    private final LongAdder refused = new LongAdder();
    private volatile boolean running;
    private volatile boolean stopping;

    /**
     * @param longest how long a phase of a stop may take before the next one begins anyway
     * @throws InvalidConfigurationPropertyValueException if the drain would not be over by then
     */
    Drain(Duration duration, Duration longest) {
        if (duration.isNegative()) {
            throw invalid(duration, "It must not be negative.");
        }
        if (!duration.isZero() && duration.compareTo(longest) >= 0) {
            throw invalid(
                    duration,
                    "It must be shorter than spring.lifecycle.timeout-per-shutdown-phase, which ends it after "
                            + longest.toMillis()
                            + " ms. Raise that too, and give the process more time to stop than both together (Docker:"
                            + " stop_grace_period, Kubernetes: terminationGracePeriodSeconds).");
        }
        this.duration = duration;
    }

    private static InvalidConfigurationPropertyValueException invalid(Duration duration, String reason) {
        return new InvalidConfigurationPropertyValueException("inbox.drain", duration.toMillis() + "ms", reason);
    }

    /** Whether a callback that has just arrived is refused. Those that are already running are not. */
    boolean refuses() {
        if (stopping) {
            refused.increment();
        }
        return stopping;
    }

    @Override
    public void start() {
        running = true;
        stopping = false;
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    /** Returns at once, so that other parts stop meanwhile. */
    @Override
    public void stop(Runnable finished) {
        stopping = true;
        running = false;
        if (duration.isZero()) {
            finished.run();
            return;
        }
        log.info(
                "Stopping. New callbacks are answered 503 for {} ms, then the running ones are completed",
                duration.toMillis());
        CompletableFuture.delayedExecutor(duration.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    log.info(
                            "{} callbacks were answered 503 because of the stop. DingTalk delivers them again after 10 s",
                            refused.sum());
                    finished.run();
                });
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** A context that is only paused, as in Spring's test context cache, still takes callbacks afterwards. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Phases stop in descending order, and that of the web server is lower. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
