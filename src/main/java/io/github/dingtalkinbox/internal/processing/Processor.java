package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Observer.HandlerResult;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.store.Admission;
import io.github.dingtalkinbox.internal.store.Batch;
import io.github.dingtalkinbox.internal.store.DuplicateDelivery;
import io.github.dingtalkinbox.internal.store.EventStore;
import io.github.dingtalkinbox.internal.store.EventStore.Recorded;
import io.github.dingtalkinbox.internal.store.EventStore.Vanished;
import io.github.dingtalkinbox.internal.store.ProcessedEvent;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.internal.transaction.HandlerFailed;
import io.github.dingtalkinbox.internal.transaction.HandlerTimedOut;
import io.github.dingtalkinbox.internal.transaction.ProvenTransactions;
import io.github.dingtalkinbox.internal.transaction.Task;
import io.github.dingtalkinbox.internal.transaction.Tasks;
import io.github.dingtalkinbox.internal.transaction.TransactionAborted;
import io.github.dingtalkinbox.internal.transaction.TwinInFlight;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of the inbox: the record of an event and its business update, or its place in the queue.
 *
 * <p>Safe for use by many threads.
 */
public final class Processor {
    private static final Logger log = LoggerFactory.getLogger(Processor.class);
    private static final int TRIES = 3;

    private final ProvenTransactions transactions;
    private final EventStore store;
    private final Handlers handlers;
    private final Tasks tasks;
    private final Observers observers;
    private final FailureReports reports;

    public Processor(
            ProvenTransactions transactions,
            EventStore store,
            Handlers handlers,
            Tasks tasks,
            Observers observers,
            FailureReports reports) {
        this.transactions = transactions;
        this.store = store;
        this.handlers = handlers;
        this.tasks = tasks;
        this.observers = observers;
        this.reports = reports;
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
        Task<Outcome> task = tasks.start(running -> at(List.of(event), () -> {
            Handled committed = transaction(running, () -> {
                Recorded recorded = store.recordWaiting(event, isLateCopy);
                Duration time = runHandlers(running, handlers.assign(recorded.fresh()), false, true);
                alongside.run();
                return new Handled(recorded, time);
            });
            return observed(committed, true).get(0);
        }));
        try {
            return task.await();
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
     * @throws HandlerFailed if the handlers failed, or the commit of what they did
     * @throws HandlerTimedOut if they were not done in time
     * @throws Exception what {@code alongside} threw, or what went wrong with the database: nothing has happened
     */
    public Optional<Repeated> repeat(String eventId, Consumer<Repeated> alongside) throws Exception {
        Task<Optional<Repeated>> task =
                tasks.start(running -> transaction(running, () -> repeatNow(running, eventId, alongside)));
        return task.await();
    }

    private Optional<Repeated> repeatNow(Task<?> running, String eventId, Consumer<Repeated> alongside)
            throws HandlerFailed {
        ProcessedEvent processed = store.find(eventId).orElse(null);
        if (processed == null) {
            return Optional.empty();
        }
        List<Assignment> assignments = handlers.assign(List.of(processed.event()));
        runHandlers(running, assignments, false, false);
        Repeated repeated = new Repeated(processed, assignments.get(0).names());
        alongside.accept(repeated);
        return Optional.of(repeated);
    }

    /** How long processing an event may take before it is aborted. */
    public Duration timeLimit() {
        return tasks.timeLimit();
    }

    /**
     * Processes the events of deliveries; those that have to go behind something in the queue wait there.
     *
     * @param assignments one for each event of the batch
     * @param isShared whether each delivery is processed again alone if this fails
     * @param beforeCommit done when nothing is left to do but to commit; again, if the transaction has to be tried again
     */
    public List<Outcome> process(
            Task<?> running, Batch batch, List<Assignment> assignments, boolean isShared, Runnable beforeCommit)
            throws Exception {
        return at(batch.events(), () -> {
            Handled committed = transaction(running, () -> {
                Recorded recorded = store.record(batch);
                Duration time = runHandlers(
                        running,
                        of(recorded.fresh(), assignments),
                        isShared,
                        recorded.outcomes().size() == 1);
                beforeCommit.run();
                return new Handled(recorded, time);
            });
            return observed(committed, false);
        });
    }

    /**
     * Lets the events of deliveries wait in the queue.
     *
     * @param beforeCommit done when nothing is left to do but to commit; again, if the transaction has to be tried again
     */
    public List<Outcome> store(Task<?> running, List<Event> events, Admission admission, Runnable beforeCommit)
            throws Exception {
        return at(events, () -> {
            Recorded committed = transaction(running, () -> {
                Recorded recorded = store.enqueue(events, admission);
                beforeCommit.run();
                return recorded;
            });
            Throwable failure = admission.failure();
            if (failure != null) {
                committed.fresh().forEach(event -> reports.failedAtDelivery(event, admission.next(), failure));
            }
            return observedDuplicates(committed);
        });
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
     * Runs the handlers.
     *
     * @param isShared whether each event is tried again alone if they fail, so that this failure does not count
     * @param isNamed whether what is logged on this thread names the only event
     * @return how long they took
     */
    private Duration runHandlers(Task<?> running, List<Assignment> fresh, boolean isShared, boolean isNamed)
            throws HandlerFailed {
        long start = System.nanoTime();
        HandlerResult result = HandlerResult.OK;
        try {
            handlers.run(fresh, isNamed);
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

    private List<Outcome> observed(Handled committed, boolean isFromQueue) {
        Recorded recorded = committed.recorded();
        recorded.fresh().forEach(event -> observers.processed(event, isFromQueue, committed.time()));
        return observedDuplicates(recorded);
    }

    private List<Outcome> observedDuplicates(Recorded committed) {
        for (DuplicateDelivery entry : committed.duplicates()) {
            report(entry, committed.outcomes().size() == 1);
            observers.duplicate(entry.event(), entry.duplicate().matchedBy(), entry.sinceFirst());
        }
        return committed.outcomes();
    }

    private static void report(DuplicateDelivery entry, boolean isOnlyOne) {
        Duplicate duplicate = entry.duplicate();
        if (duplicate.samePayload() && !log.isDebugEnabled()) {
            return;
        }
        EventContext before = isOnlyOne ? EventContext.current() : EventContext.enter(List.of(entry.event()));
        if (duplicate.samePayload()) {
            log.debug(
                    "{}: a duplicate, by {}; answered success, nothing run",
                    duplicate.eventId(),
                    duplicate.matchedBy());
        } else {
            log.warn(
                    "{}: a duplicate, by {}, that says something else than the first delivery. Answered success, nothing"
                            + " run; its payload is kept in duplicate_deliveries. If these are two different events,"
                            + " make the natural key of {} more precise (inbox.event-types)",
                    duplicate.eventId(),
                    duplicate.matchedBy(),
                    entry.event().type());
        }
        before.restore();
    }

    /** What is logged meanwhile names the event, if it is one. */
    private static <T> T at(List<Event> events, Callable<T> work) throws Exception {
        EventContext before = EventContext.enter(events);
        try {
            return work.call();
        } finally {
            before.restore();
        }
    }

    private <T> T transaction(Task<?> running, Callable<T> work) throws Exception {
        for (int tried = 1; ; tried++) {
            try {
                return transactions.run(running, work);
            } catch (Exception e) {
                if (!(e instanceof HandlerFailed) && SqlStates.isLockTimeout(e)) {
                    throw new TwinInFlight(e);
                }
                if (tried == TRIES || !(e instanceof Vanished || SqlStates.isLostRace(e))) {
                    throw e;
                }
            }
        }
    }

    /**
     * What a transaction did.
     *
     * @param time how long the handlers of the new events took
     */
    private record Handled(Recorded recorded, Duration time) {}
}
