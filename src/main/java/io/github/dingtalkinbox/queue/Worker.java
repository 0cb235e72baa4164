package io.github.dingtalkinbox.queue;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.inbox.DatabaseUnavailable;
import io.github.dingtalkinbox.inbox.HandlerFailed;
import io.github.dingtalkinbox.inbox.HandlerTimedOut;
import io.github.dingtalkinbox.inbox.Outcome;
import io.github.dingtalkinbox.inbox.Processor;
import io.github.dingtalkinbox.inbox.TwinInFlight;
import io.github.dingtalkinbox.queue.QueuedEvents.QueuedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Processes what waits in the queue. Of every ordering key only the first event is ever processed, under a lease on the
 * key; and every transaction that changes a queued event ends with giving the lease back, which fails if it was lost.
 *
 * <p>Safe for use by many threads.
 */
final class Worker {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    /** For the writes around the handlers, which have their own time limit. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(5);

    private static final Duration UNTIL_THE_TWIN_IS_DONE = Duration.ofSeconds(1);

    private final Processor processor;
    private final QueuedEvents queuedEvents;
    private final OrderingLeases leases;
    private final TransactionOperations transactions;
    private final RetryPolicy retryPolicy;
    private final Reports reports;
    private final String holder;

    /** @param holder who the leases are given to, as a DBA sees it */
    Worker(
            Processor processor,
            QueuedEvents queuedEvents,
            OrderingLeases leases,
            TransactionOperations transactions,
            RetryPolicy retryPolicy,
            Reports reports,
            String holder) {
        this.processor = processor;
        this.queuedEvents = queuedEvents;
        this.leases = leases;
        this.transactions = transactions;
        this.retryPolicy = retryPolicy;
        this.reports = reports;
        this.holder = holder;
    }

    /**
     * Processes what is due, one after the other.
     *
     * @param limit of events
     * @return how many were tried
     */
    int runOnce(int limit) {
        List<Claim> claims = claim(limit);
        claims.forEach(this::process);
        return claims.size();
    }

    /** Leases what is due. Each claim has to be processed at once: its lease runs. */
    List<Claim> claim(int limit) {
        return transactions.execute(status -> {
            UUID token = UUID.randomUUID();
            Set<String> keys = new HashSet<>(
                    leases.claim(limit, token, holder, processor.timeLimit().plus(LEASE_MARGIN)));
            List<Claim> claims = new ArrayList<>();
            if (!keys.isEmpty()) {
                for (QueuedEvent first : queuedEvents.firstOf(keys)) {
                    if (first.isDue() && keys.remove(first.orderingKey())) {
                        claims.add(new Claim(first, token));
                    }
                }
                keys.forEach(key -> leases.release(key, token));
            }
            return claims;
        });
    }

    /** Processes a claimed event, or writes down why not. Never throws. */
    void process(Claim claim) {
        QueuedEvent queued = claim.queued();
        Event event = queued.event();
        try {
            Outcome outcome = processor.process(event, queued.isLateCopy(), () -> {
                if (!queuedEvents.delete(event.id())) {
                    throw new LeaseLost(queued.orderingKey());
                }
                leases.release(queued.orderingKey(), claim.token());
            });
            log.debug("{}: {} from the queue", event.id(), outcome);
        } catch (HandlerFailed e) {
            fail(claim, e.failure());
        } catch (HandlerTimedOut | DatabaseUnavailable e) {
            // A handler may have cut the connection. If it was the database, this cannot be written either.
            fail(claim, e);
        } catch (TwinInFlight e) {
            log.debug("{}: a delivery of it is being processed still; a worker looks again in a moment", event.id());
            giveBack(claim);
        } catch (InterruptedException e) {
            log.info("{}: its handlers were not done when the node stopped; another worker begins anew", event.id());
            giveBack(claim);
        } catch (LeaseLost e) {
            log.warn("{}: {}; its work is undone, and whoever has the lease goes on", event.id(), e.getMessage());
        } catch (Exception e) {
            log.error("{}: could not be recorded; it stays queued, and a worker tries again", event.id(), e);
            giveBack(claim);
        }
    }

    private void fail(Claim claim, Throwable failure) {
        QueuedEvent queued = claim.queued();
        NextStep next = retryPolicy.after(queued.attempts() + 1, failure);
        if (write(claim, () -> queuedEvents.fail(queued.event().id(), next))) {
            reports.failed(queued.event(), queued.attempts() + 1, next, failure);
        }
    }

    /** Lets a claimed event be tried a little later, by anybody. Never throws. */
    void giveBack(Claim claim) {
        write(claim, () -> queuedEvents.postpone(claim.queued().event().id(), UNTIL_THE_TWIN_IS_DONE));
    }

    private boolean write(Claim claim, Runnable write) {
        String id = claim.queued().event().id();
        try {
            transactions.executeWithoutResult(status -> {
                write.run();
                leases.release(claim.queued().orderingKey(), claim.token());
            });
            return true;
        } catch (LeaseLost e) {
            log.warn("{}: {}; whoever has it goes on", id, e.getMessage());
        } catch (RuntimeException e) {
            log.warn("{}: its state could not be written; a worker goes on with it once the lease has ended", id, e);
        }
        return false;
    }

    /** An event whose ordering key is leased. */
    record Claim(QueuedEvent queued, UUID token) {}
}
