package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.internal.queue.Worker.Claim;
import io.github.dingtalkinbox.internal.text.Flood;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Gives the workers what is due, as long as the application runs. At its end nothing is claimed any more, and what is
 * being processed is finished; what is not finished in time is interrupted, and its lease given back.
 *
 * <p>Safe for use by many threads.
 */
final class Dispatcher implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private final Worker worker;
    private final WakeUp wakeUp;
    private final int workers;
    private final Duration pollInterval;
    private final Duration patience;
    private final Semaphore free;
    private final Flood unreadable = new Flood(more -> log.warn("The queue could not be read {} more times", more));
    private volatile @Nullable ExecutorService threads;

    /** @param patience with what is being processed at the end */
    Dispatcher(Worker worker, WakeUp wakeUp, int workers, Duration pollInterval, Duration patience) {
        this.worker = worker;
        this.wakeUp = wakeUp;
        this.workers = workers;
        this.pollInterval = pollInterval;
        this.patience = patience;
        this.free = new Semaphore(workers);
    }

    @Override
    public void start() {
        CustomizableThreadFactory daemons = new CustomizableThreadFactory("inbox-worker-");
        daemons.setDaemon(true);
        ExecutorService started = Executors.newCachedThreadPool(daemons);
        threads = started;
        started.execute(() -> dispatch(started));
    }

    private void dispatch(ExecutorService mine) {
        try {
            while (true) {
                free.acquire();
                if (threads != mine) { // asked while a slot is taken: until it is given back, stop waits
                    free.release();
                    return;
                }
                int slots = 1 + free.drainPermits();
                List<Claim> claims = claim(slots);
                free.release(slots - claims.size());
                claims.forEach(claim -> hand(claim, mine));
                if (claims.isEmpty()) {
                    wakeUp.await(pollInterval);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Claim> claim(int slots) {
        try {
            return worker.claim(slots);
        } catch (Throwable e) { // this thread would not be started again
            if (unreadable.admits()) {
                log.warn(
                        "The queue cannot be read; it is tried again in {} ms. {}",
                        pollInterval.toMillis(),
                        LoggedFailure.inWords(e),
                        LoggedFailure.trace(e));
            }
            return List.of();
        }
    }

    private void hand(Claim claim, ExecutorService workers) {
        try {
            workers.execute(() -> {
                try {
                    worker.process(claim);
                } finally {
                    free.release();
                    wakeUp.ring(); // the next event of its key may be due now
                }
            });
        } catch (RejectedExecutionException | OutOfMemoryError e) { // the node stops, or has no thread for it
            worker.giveBack(claim);
            free.release();
        }
    }

    @Override
    public void stop() {
        ExecutorService stopping = threads;
        if (stopping == null) {
            return;
        }
        threads = null;
        wakeUp.ring();
        try {
            if (!free.tryAcquire(workers, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                stopping.shutdownNow();
                free.acquire(workers);
            }
            free.release(workers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopping.shutdown();
    }

    /** On a thread of its own, so that the application's patience ends it and not ours. */
    @Override
    public void stop(Runnable callback) {
        Thread thread = new Thread(
                () -> {
                    stop();
                    callback.run();
                },
                "inbox-worker-stop");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public boolean isRunning() {
        return threads != null;
    }

    /** After the web server has stopped: until then, deliveries may still be queued. */
    @Override
    public int getPhase() {
        return 0;
    }
}
