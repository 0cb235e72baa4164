package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.internal.processing.Observers;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.queue.Worker.Claim;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The queue of a node whose workers work when they are told to, and try again at once. */
public final class TestQueue {
    private static final int MANY = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final TestDatabase database;
    private final RetryPolicy retryPolicy;
    private final Observers observers;
    private final WakeUp wakeUp = new WakeUp();

    public TestQueue(TestDatabase database) {
        this(database, MANY, new Observers(List.of()));
    }

    public TestQueue(TestDatabase database, int maxAttempts, Observers observers) {
        this.database = database;
        this.retryPolicy = new RetryPolicy(maxAttempts, Duration.ofMillis(1), Duration.ofMillis(1), new Random());
        this.observers = observers;
    }

    /** What the gauges read. */
    public static QueueLevels levels(TestDatabase database) {
        return new QueuedEventLevels(database.dataSource());
    }

    public RetryPolicy retryPolicy() {
        return retryPolicy;
    }

    public WakeUp wakeUp() {
        return wakeUp;
    }

    /** Looks once what is due, and processes it. */
    public int runOnce(Processor processor) {
        return runOnce(processor, MANY);
    }

    /** The same, for so many events at most. */
    public int runOnce(Processor processor, int limit) {
        return runOnce(worker(processor), limit);
    }

    static int runOnce(Worker worker, int limit) {
        List<Claim> claims = worker.claim(limit);
        claims.forEach(worker::process);
        return claims.size();
    }

    /** Works until nothing waits any more but what is dead or discarded, or waits behind it. */
    public void runUntilDone(Processor processor) {
        Worker worker = worker(processor);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> runOnce(worker, MANY) == 0 && !isAnythingWaiting());
    }

    Worker worker(Processor processor) {
        return new Worker(
                processor,
                database.jdbc(),
                new TransactionTemplate(new JdbcTransactionManager(database.dataSource())),
                retryPolicy,
                observers,
                "test/" + UUID.randomUUID());
    }

    /** Looks for what is due as the application does. */
    Dispatcher dispatcher(Processor processor, int workers, Duration pollInterval) {
        return dispatcher(processor, workers, pollInterval, PATIENCE);
    }

    /** @param patience with what is being processed when it stops */
    Dispatcher dispatcher(Processor processor, int workers, Duration pollInterval, Duration patience) {
        return new Dispatcher(worker(processor), wakeUp, workers, pollInterval, patience);
    }

    private boolean isAnythingWaiting() {
        return database.jdbc().sql("""
                        select exists (
                          select from inbox.queued_events q
                           where state in ('pending', 'retrying')
                             and not exists (
                                   select from inbox.queued_events d
                                    where d.ordering_key = q.ordering_key and d.state = 'dead'
                                      and (d.happened_at, d.received_at, d.event_id)
                                          < (q.happened_at, q.received_at, q.event_id)))
                        """).query(Boolean.class).single();
    }
}
