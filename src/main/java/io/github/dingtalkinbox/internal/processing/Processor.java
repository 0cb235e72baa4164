package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Observer.HandlerResult;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.internal.store.Admission;
import io.github.dingtalkinbox.internal.store.Batch;
import io.github.dingtalkinbox.internal.store.EventStore;
import io.github.dingtalkinbox.internal.store.EventStore.DuplicateDelivery;
import io.github.dingtalkinbox.internal.store.EventStore.ProcessedEvent;
import io.github.dingtalkinbox.internal.store.EventStore.Recorded;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.internal.transaction.HandlerFailed;
import io.github.dingtalkinbox.internal.transaction.HandlerTimedOut;
import io.github.dingtalkinbox.internal.transaction.ProvenTransactions;
import io.github.dingtalkinbox.internal.transaction.Task;
import io.github.dingtalkinbox.internal.transaction.TransactionAborted;
import io.github.dingtalkinbox.internal.transaction.TwinInFlight;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of the inbox: the record of an event and its business update, or its place in the queue.
 *
 * <p>Safe for use by many threads.
 */
public final class Processor {
    private static final Logger log = LoggerFactory.getLogger(Processor.class);

    private final ProvenTransactions transactions;
    private final EventStore store;
    private final Handlers handlers;
    private final Observers observers;

    public Processor(ProvenTransactions transactions, EventStore store, Handlers handlers, Observers observers) {
        this.transactions = transactions;
        this.store = store;
        this.handlers = handlers;
        this.observers = observers;
    }

    /**
     * Starts to process the events of deliveries; those that have to go behind something in the queue wait there.
     *
     * @param assignments one for each event of the batch
     * @param isShared whether each delivery is processed again alone if this fails
     * @param limit on the time of the transaction
     * @param beforeCommit done when nothing is left to do but to commit; again, if the transaction has to be tried again
     * @return an outcome for each event, once the transaction is known to have committed
     */
    public Task<List<Outcome>> process(
            Batch batch, List<Assignment> assignments, boolean isShared, Duration limit, Runnable beforeCommit) {
        return transactions.start(
                batch.events(),
                limit,
                running -> {
                    Recorded recorded = store.record(batch);
                    Duration time = handle(running, of(recorded.fresh(), assignments), isShared, recorded.isOfOne());
                    beforeCommit.run();
                    return new Handled(recorded, time);
                },
                committed -> observed(committed, false));
    }

    /**
     * Starts to put the events of deliveries into the queue.
     *
     * @param limit as for {@link #process}
     * @param beforeCommit as for {@link #process}
     */
    public Task<List<Outcome>> store(Batch batch, Admission admission, Duration limit, Runnable beforeCommit) {
        return transactions.start(
                batch.events(),
                limit,
                running -> {
                    Recorded recorded = store.enqueue(batch, admission);
                    beforeCommit.run();
                    return recorded;
                },
                committed -> {
                    Throwable failure = admission.failure();
                    if (failure != null) {
                        committed.fresh().forEach(e -> observers.failedAtDelivery(e, admission.next(), failure));
                    }
                    return observedDuplicates(committed);
                });
    }

    /**
     * Processes an event that waits in the queue, whatever the queue says about it, within the time that handlers have.
     *
     * @param isLateCopy whether the event waits because its delivery was answered while its processing still ran
     * @param alongside done at the end of the same transaction, unless the handlers fail
     * @return the outcome: the event was new, or had been processed
     * @throws HandlerFailed if the handlers failed, or the commit of what they did
     * @throws HandlerTimedOut if they were not done in time
     * @throws TwinInFlight if another transaction is processing the same event still
     * @throws InterruptedException if the caller was interrupted: the task was aborted
     * @throws Exception what {@code alongside} threw, or what went wrong with the database: nothing has happened
     */
    public Outcome process(Event event, boolean isLateCopy, Runnable alongside) throws Exception {
        Task<List<Outcome>> task = transactions.start(
                List.of(event),
                timeLimit(),
                running -> {
                    Recorded recorded = store.recordWaiting(event, isLateCopy);
                    Duration time = handle(running, handlers.assign(recorded.fresh()), false, true);
                    alongside.run();
                    return new Handled(recorded, time);
                },
                committed -> observed(committed, true));
        try {
            return task.await().get(0);
        } catch (InterruptedException e) {
            task.abort(e);
            throw e;
        }
    }

    /**
     * Runs the handlers of a processed event once more, within the time that they have. What they add is added a second
     * time; its record stays as it is.
     *
     * @param alongside done at the end of the same transaction, unless the handlers fail
     * @return what was done; empty if there is no processed event of this id
     * @throws Exception as {@link #process(Event, boolean, Runnable)}
     */
    public Optional<Repeated> repeat(String eventId, Consumer<Repeated> alongside) throws Exception {
        Task.Work<Optional<Repeated>> work = running -> {
            ProcessedEvent processed = store.find(eventId).orElse(null);
            if (processed == null) {
                return Optional.empty();
            }
            List<Assignment> assignments = handlers.assign(List.of(processed.event()));
            handle(running, assignments, false, false);
            Repeated repeated = new Repeated(processed, assignments.get(0).names());
            alongside.accept(repeated);
            return Optional.of(repeated);
        };
        return transactions
                .start(List.of(), timeLimit(), work, Function.identity())
                .await();
    }

    /** How long processing an event may take before it is aborted. */
    public Duration timeLimit() {
        return transactions.timeLimit();
    }

    /** Of these events. Twins are not equal, even if they have the same id. */
    private static List<Assignment> of(List<Event> fresh, List<Assignment> assignments) {
        IdentityHashMap<Event, Assignment> byEvent = new IdentityHashMap<>();
        assignments.forEach(a -> byEvent.put(a.event(), a));
        return fresh.stream()
                .map(event -> Objects.requireNonNull(byEvent.get(event)))
                .toList();
    }

    /**
     * Runs the handlers that want each event.
     *
     * @param isShared whether each event is tried again alone if they fail, so that this failure does not count
     * @param isNamed whether what is logged on this thread names the only event
     * @return how long they took
     */
    private Duration handle(Task<?> running, List<Assignment> fresh, boolean isShared, boolean isNamed)
            throws HandlerFailed {
        long start = System.nanoTime();
        HandlerResult result = HandlerResult.OK;
        try {
            for (Assignment assignment : fresh) {
                if (assignment.failure() != null) {
                    throw assignment.failure();
                }
            }
            if (fresh.size() > 1 && fresh.stream().allMatch(Assignment::isShared)) {
                handleTogether(fresh);
            } else {
                for (Assignment assignment : fresh) {
                    handleAlone(assignment, isNamed);
                }
            }
            transactions.requireSound();
            return Duration.ofNanos(System.nanoTime() - start);
        } catch (Throwable failure) {
            result = running.isAborted() ? HandlerResult.ABORTED : HandlerResult.FAILED;
            throw new HandlerFailed(failure, failure instanceof TransactionAborted);
        } finally {
            if (!fresh.isEmpty() && !(isShared && result == HandlerResult.FAILED)) {
                observers.handled(
                        fresh.stream().map(Assignment::event).toList(),
                        Duration.ofNanos(System.nanoTime() - start),
                        result);
            }
        }
    }

    private static void handleAlone(Assignment assignment, boolean isNamed) throws Exception {
        EventContext before = isNamed ? null : EventContext.enter(List.of(assignment.event()));
        try {
            for (EventHandler handler : assignment.handlers()) {
                handler.handle(assignment.event());
            }
        } finally {
            if (before != null) {
                before.restore();
            }
        }
    }

    /** With the same effects as if the events had come one by one. */
    private void handleTogether(List<Assignment> fresh) throws Exception {
        for (EventHandler handler : handlers.all()) {
            List<Event> wanted = fresh.stream()
                    .filter(a -> a.isFor(handler))
                    .map(Assignment::event)
                    .toList();
            if (!wanted.isEmpty()) {
                EventContext before = EventContext.enter(wanted);
                try {
                    ((BatchEventHandler) handler).handleAll(wanted);
                } finally {
                    before.restore();
                }
            }
        }
    }

    private List<Outcome> observed(Handled committed, boolean isFromQueue) {
        Recorded recorded = committed.recorded();
        recorded.fresh().forEach(event -> observers.processed(event, isFromQueue, committed.time()));
        return observedDuplicates(recorded);
    }

    private List<Outcome> observedDuplicates(Recorded committed) {
        for (DuplicateDelivery entry : committed.duplicates()) {
            report(entry, committed.isOfOne());
            observers.duplicate(entry.event(), entry.duplicate().matchedBy(), entry.sinceFirst());
        }
        return committed.outcomes();
    }

    private static void report(DuplicateDelivery entry, boolean isNamed) {
        Duplicate duplicate = entry.duplicate();
        if (duplicate.samePayload() && !log.isDebugEnabled()) {
            return;
        }
        EventContext before = isNamed ? EventContext.current() : EventContext.enter(List.of(entry.event()));
        if (duplicate.samePayload()) {
            log.debug(
                    "{}: a duplicate, by {}; answered success, nothing run",
                    Printable.line(duplicate.eventId()),
                    duplicate.matchedBy());
        } else {
            log.warn(
                    "{}: a duplicate, by {}, that says something else than the first delivery. Answered success, nothing"
                            + " run; its payload is kept in duplicate_deliveries. If these are two different events,"
                            + " make the natural key of {} more precise (inbox.event-types)",
                    Printable.line(duplicate.eventId()),
                    duplicate.matchedBy(),
                    Printable.line(entry.event().type()));
        }
        before.restore();
    }

    /**
     * What a transaction did.
     *
     * @param time how long the handlers of the new events took
     */
    private record Handled(Recorded recorded, Duration time) {}
}
