package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.processing.Observers;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.store.NextStep;
import io.github.dingtalkinbox.internal.store.OrderingLeases;
import io.github.dingtalkinbox.internal.store.OrderingLeases.LeaseKey;
import io.github.dingtalkinbox.internal.store.OrderingLeases.LeaseLost;
import io.github.dingtalkinbox.internal.store.QueuedEvents;
import io.github.dingtalkinbox.internal.store.QueuedEvents.QueuedEvent;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.internal.transaction.HandlerFailed;
import io.github.dingtalkinbox.internal.transaction.HandlerTimedOut;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import io.github.dingtalkinbox.internal.transaction.TwinInFlight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Processes queued events. Of every ordering key only the first event is ever processed, under a lease on the
 * key; and every transaction that changes a queued event ends with giving the lease back, which fails if it was lost.
 *
 * <p>Safe for use by many threads.
 */
public final class Worker {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    /** For the writes around the handlers, which have their own time limit. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(5);

    private static final Duration UNTIL_THE_TWIN_IS_DONE = Duration.ofSeconds(1);

    private final Processor processor;
    private final QueuedEvents queuedEvents;
    private final OrderingLeases leases;
    private final TransactionOperations transactions;
    private final RetryPolicy retryPolicy;
    private final Observers observers;
    private final String holder;

    /** @param holder who the leases are given to, as a DBA sees it */
    Worker(
            Processor processor,
            JdbcClient jdbc,
            TransactionOperations transactions,
            RetryPolicy retryPolicy,
            Observers observers,
            String holder) {
        this.processor = processor;
        this.queuedEvents = new QueuedEvents(jdbc);
        this.leases = new OrderingLeases(jdbc);
        this.transactions = transactions;
        this.retryPolicy = retryPolicy;
        this.observers = observers;
        this.holder = holder;
    }

    /**
     * Leases what is due. Each claim has to be processed at once: its lease runs.
     *
     * <p>A lease that was not given back counts as a failed attempt: otherwise a handler that ends the whole process would
     * end one node after the other.
     */
    List<Claim> claim(int limit) {
        List<Runnable> toldAfterCommit = new ArrayList<>();
        List<Claim> claims = transactions.execute(status -> {
            UUID token = UUID.randomUUID();
            Map<LeaseKey, Boolean> keys =
                    leases.claim(limit, token, holder, processor.timeLimit().plus(LEASE_MARGIN));
            Map<LeaseKey, Claim> claimed = new HashMap<>();
            if (!keys.isEmpty()) {
                for (QueuedEvent first : queuedEvents.firstOf(keys.keySet())) {
                    if (first.isDue()) {
                        claimed.put(first.leaseKey(), new Claim(first, token));
                    }
                }
            }
            keys.forEach((key, wasTakenOver) -> {
                if (wasTakenOver) {
                    claimed.computeIfPresent(key, (k, claim) -> afterAbandonment(claim, toldAfterCommit));
                }
                if (!claimed.containsKey(key)) {
                    leases.release(key, token);
                }
            });
            return List.copyOf(claimed.values());
        });
        toldAfterCommit.forEach(Runnable::run);
        return claims;
    }

    /** The claim with one failed attempt more; null if that was the last one. */
    private @Nullable Claim afterAbandonment(Claim claim, List<Runnable> toldAfterCommit) {
        QueuedEvent queued = claim.queued();
        Throwable failure = new AbandonedLease(queued.orderingKey());
        int attempts = queued.attempts() + 1;
        NextStep next = retryPolicy.after(attempts, queued.failingFor(), failure);
        queuedEvents.fail(queued.event().id(), next);
        if (next.isDead()) {
            toldAfterCommit.add(() -> observers.failed(queued.event(), attempts, next, failure));
            return null;
        }
        return new Claim(queued.failedAgain(), claim.token());
    }

    /** Processes a claimed event, or writes down why not. Never throws. */
    void process(Claim claim) {
        EventContext before = EventContext.enter(List.of(claim.queued().event()));
        try {
            tryOnce(claim);
        } finally {
            before.restore();
        }
    }

    private void tryOnce(Claim claim) {
        QueuedEvent queued = claim.queued();
        Event event = queued.event();
        String id = Printable.line(event.id());
        try {
            Outcome outcome = processor.process(event, queued.isLateCopy(), () -> {
                if (!queuedEvents.delete(event.id())) {
                    throw new LeaseLost(queued.orderingKey());
                }
                leases.release(queued.leaseKey(), claim.token());
            });
            log.debug("{}: {} from the queue", id, outcome.word());
        } catch (HandlerFailed e) {
            fail(claim, e.failure());
        } catch (HandlerTimedOut e) {
            fail(claim, e);
        } catch (DatabaseUnavailable e) {
            log.warn("{}: the database was not available; a worker tries again. {}", id, LoggedFailure.inWords(e));
            giveBack(claim);
        } catch (TwinInFlight e) {
            log.debug("{}: a delivery of it is being processed still; a worker looks again in a moment", id);
            giveBack(claim);
        } catch (InterruptedException e) {
            log.info("{}: its handlers were not done when the node stopped; another worker begins anew", id);
            giveBack(claim);
        } catch (LeaseLost e) {
            log.warn("{}: {}; its work is undone, and the holder of the lease goes on", id, e.getMessage());
        } catch (Exception e) {
            log.error(
                    "{}: could not be recorded; it stays queued, and a worker tries again. {}",
                    id,
                    LoggedFailure.inWords(e),
                    LoggedFailure.trace(e));
            giveBack(claim);
        }
    }

    private void fail(Claim claim, Throwable failure) {
        QueuedEvent queued = claim.queued();
        NextStep next = retryPolicy.after(queued.attempts() + 1, queued.failingFor(), failure);
        if (write(claim, () -> queuedEvents.fail(queued.event().id(), next))) {
            observers.failed(queued.event(), queued.attempts() + 1, next, failure);
        }
    }

    /** Lets a claimed event be tried a little later, by any worker. Never throws. */
    void giveBack(Claim claim) {
        write(claim, () -> queuedEvents.postpone(claim.queued().event().id(), UNTIL_THE_TWIN_IS_DONE));
    }

    private boolean write(Claim claim, Runnable write) {
        String id = Printable.line(claim.queued().event().id());
        try {
            transactions.executeWithoutResult(status -> {
                write.run();
                leases.release(claim.queued().leaseKey(), claim.token());
            });
            return true;
        } catch (LeaseLost e) {
            log.warn("{}: {}: another worker has it, or its transaction has committed after all", id, e.getMessage());
        } catch (RuntimeException e) {
            log.warn(
                    "{}: its state could not be written; a worker goes on with it once the lease has ended. {}",
                    id,
                    LoggedFailure.inWords(e),
                    LoggedFailure.trace(e));
        }
        return false;
    }

    /** An event whose ordering key is leased. */
    public record Claim(QueuedEvent queued, UUID token) {}

    /** A node had begun to process an event and was never heard of again: it crashed, or lost its network. */
    private static final class AbandonedLease extends RuntimeException {
        private AbandonedLease(String orderingKey) {
            super("The node that leased " + Printable.line(orderingKey)
                    + " did not give the lease back: it has crashed, perhaps because of this event");
        }
    }
}
