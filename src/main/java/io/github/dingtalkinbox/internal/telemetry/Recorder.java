package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.internal.job.PeriodicJob;
import io.github.dingtalkinbox.internal.telemetry.HandlingTimes.HandlingTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedRuntimeException;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.Trigger;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;

/**
 * Records how long the handlers of committed events took, and writes it to the database about once a second, and a last
 * time when all work has ended. Transactions do not wait for it. Its memory is limited: what does not fit is counted
 * and logged as lost.
 *
 * <p>Safe for use by many threads.
 */
final class Recorder extends PeriodicJob implements Observer {
    /** About 5 MB, and more than a second brings. */
    static final int MOST_WAITING = 20_000;

    static final int BATCH = 1000;

    private static final Logger log = LoggerFactory.getLogger(Recorder.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    /** A database that hangs must not delay the stop: what it does not take in time is lost. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Below that of the workers (0) and of everything else that processes events, so that it stops after them. */
    private static final int PHASE = -1024;

    private final HandlingTimes table;
    private final BlockingQueue<HandlingTime> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
    private final List<HandlingTime> batch = new ArrayList<>(BATCH);
    private final LongAdder lost = new LongAdder();
    private final AtomicBoolean failing = new AtomicBoolean();

    Recorder(HandlingTimes table) {
        super("handling-times", PHASE, PATIENCE);
        this.table = table;
    }

    @Override
    public void processed(Event event, boolean isFromQueue, Duration handlingTime) {
        if (!waiting.offer(HandlingTime.of(event, handlingTime))) {
            lost.increment();
        }
    }

    @Override
    protected Trigger trigger() {
        return every(INTERVAL, INTERVAL);
    }

    @Override
    protected synchronized void work() {
        boolean written = true;
        while (written && !(batch.isEmpty() && waiting.isEmpty())) {
            if (batch.isEmpty()) {
                waiting.drainTo(batch, BATCH);
            }
            written = write();
        }
        long count = lost.sumThenReset();
        if (count > 0) {
            log.warn("{} handling times are lost (their events are not)", count);
        }
    }

    private boolean write() {
        try {
            table.insert(batch);
            batch.clear();
            if (failing.getAndSet(false)) {
                log.info("Handling times are written again");
            }
            return true;
        } catch (CannotCreateTransactionException e) {
            // Nothing was sent, so the batch is kept.
            report(e);
        } catch (DataAccessException | TransactionException e) {
            // It may have been written: losing it is better than writing it twice.
            lost.add(batch.size());
            batch.clear();
            report(e);
        }
        return false;
    }

    private void report(NestedRuntimeException e) {
        if (!failing.getAndSet(true)) {
            log.warn("Handling times cannot be written; nothing else is affected: {}", e.getMessage());
        }
    }

    @Override
    protected void failed(Throwable failure) {
        log.error("Handling times could not be written; they are tried again in a second", failure);
    }

    @Override
    protected void ending(Executor thread) {
        thread.execute(this::runOnce);
    }

    @Override
    protected void ended(boolean inTime) {
        if (!inTime) {
            log.warn("The last handling times could not be written within {}", PATIENCE);
        }
    }
}
