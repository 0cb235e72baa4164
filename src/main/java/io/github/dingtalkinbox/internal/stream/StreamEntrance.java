package io.github.dingtalkinbox.internal.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Keeps the connections of this node, from the start of the application to its end. An application without a web server lives
 * as long, like one that listens to a broker: the threads of the connections are no daemons.
 *
 * <p>Safe for use by many threads.
 */
final class StreamEntrance implements SmartLifecycle, StreamLevels {
    private static final Logger log = LoggerFactory.getLogger(StreamEntrance.class);

    /** More than a connection takes to close. */
    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final Supplier<List<ConnectionKeeper>> keepers;
    private final List<Thread> threads = new ArrayList<>();
    private volatile List<ConnectionKeeper> kept;
    private volatile boolean isRunning;
    private @Nullable ScheduledExecutorService watchdog;

    /** @param keepers makes those of one run */
    StreamEntrance(Supplier<List<ConnectionKeeper>> keepers) {
        this.keepers = keepers;
        this.kept = keepers.get(); // metrics ask which there will be, before the start
    }

    @Override
    public synchronized void start() {
        kept = keepers.get();
        for (ConnectionKeeper keeper : kept) {
            threads.add(new Thread(keeper, "inbox-stream"));
        }
        ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(StreamEntrance::watchdog);
        var unused = looks.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
        watchdog = looks;
        threads.forEach(Thread::start);
        isRunning = true;
    }

    private void look() {
        for (ConnectionKeeper keeper : kept) {
            try {
                keeper.check();
            } catch (RuntimeException | Error e) { // out of here, it would be the end of all watchdogs
                log.error("{} could not be checked", keeper, e);
            }
        }
    }

    private static Thread watchdog(Runnable run) {
        Thread thread = new Thread(run, "inbox-stream-watchdog");
        thread.setDaemon(true);
        return thread;
    }

    /** No new events; those that run are finished and answered; then the connections are closed. */
    @Override
    public synchronized void stop() {
        isRunning = false;
        log.info("Stopping. No new event is taken from Stream; those that run are finished and answered");
        threads.forEach(Thread::interrupt);
        CompletableFuture<?> closed = CompletableFuture.allOf(
                kept.stream().map(ConnectionKeeper::stop).toArray(CompletableFuture<?>[]::new));
        closed.completeOnTimeout(null, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .handle((done, failure) -> done)
                .join();
        if (watchdog != null) {
            watchdog.shutdownNow();
        }
        threads.clear();
    }

    @Override
    public boolean isRunning() {
        return isRunning;
    }

    /** Phases stop in descending order: events stop coming before anything that they need is gone. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    @Override
    public List<StreamConnection> connections() {
        return kept.stream().map(ConnectionKeeper::level).toList();
    }
}
