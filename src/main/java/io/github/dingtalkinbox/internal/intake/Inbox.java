package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Overloaded;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.processing.Handlers;
import io.github.dingtalkinbox.internal.processing.Observers;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.queue.RetryPolicy;
import io.github.dingtalkinbox.internal.queue.WakeUp;
import io.github.dingtalkinbox.internal.store.Admission;
import io.github.dingtalkinbox.internal.store.EventStore.MustWait;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.internal.transaction.CommitUnproven;
import io.github.dingtalkinbox.internal.transaction.Deadline;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.internal.transaction.HandlerFailed;
import io.github.dingtalkinbox.internal.transaction.HandlerTimedOut;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import io.github.dingtalkinbox.internal.transaction.TimeLimits;
import io.github.dingtalkinbox.internal.transaction.TimeLimits.TimeLimit;
import io.github.dingtalkinbox.internal.transaction.TwinInFlight;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Exactly once:
 *
 * <ol>
 *   <li>A transaction begins, at READ COMMITTED.
 *   <li>The event is inserted into {@code processed_events}, {@code on conflict do nothing}. If a twin is being
 *       processed at this moment, the insert waits for it to commit or to roll back.
 *   <li>No row came back: the event is a duplicate. It gets a row in {@code duplicate_deliveries}, and nothing else
 *       happens.
 *   <li>A row came back: the event is new, here and nowhere else, and its handlers run on the same connection.
 *   <li>The connection is asked whether the transaction is still sound (a handler may have swallowed an SQL error, and
 *       then PostgreSQL turns the commit into a rollback that the driver does not report).
 *   <li>The transaction commits. Only then is there an outcome, and only an outcome is answered {@code success}.
 * </ol>
 *
 * <p>Deliveries that arrive together share such a transaction ({@link GroupCommit}), which changes none of this: the insert
 * takes many events, and each is told from its own row whether it is new. Of twins in one transaction, the first is new.
 *
 * <p>Whatever fails on the way rolls back the record and the business update together. If it was a handler, or if it takes
 * longer than the deadline, the event goes to {@code queued_events}, from where workers process it in the same way, and
 * the outcome is that it waits there.
 *
 * <p>Safe for use by many threads.
 */
public final class Inbox implements Receiver {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private final ProcessingMode mode;
    private final Map<String, ProcessingMode> modes;
    private final Handlers handlers;
    private final GroupCommit transactions;
    private final GroupCommit spareTransactions;
    private final TimeLimits timeLimits;
    private final RetryPolicy retryPolicy;
    private final WakeUp wakeUp;
    private final Limits limits;
    private final Observers observers;
    private final Duration patience;
    private final Semaphore places;

    /** @param modes of the event types whose mode is another one */
    Inbox(
            ProcessingMode mode,
            Map<String, ProcessingMode> modes,
            Handlers handlers,
            Processor processor,
            TimeLimits timeLimits,
            RetryPolicy retryPolicy,
            WakeUp wakeUp,
            Limits limits,
            Observers observers) {
        this.mode = mode;
        this.modes = Map.copyOf(modes);
        this.handlers = handlers;
        SharingPolicy policy = SharingPolicy.of(limits.deadline());
        this.transactions = new GroupCommit(processor, policy, limits.connections());
        this.spareTransactions = new GroupCommit(processor, policy, limits.spareConnections());
        this.timeLimits = timeLimits;
        this.retryPolicy = retryPolicy;
        this.wakeUp = wakeUp;
        this.limits = limits;
        this.observers = observers;
        this.patience = policy.patience();
        this.places = new Semaphore(limits.maxInFlight());
    }

    @Override
    public List<Outcome> receive(List<Event> events) throws Exception {
        List<Outcome> outcomes;
        try {
            if (TransactionSynchronizationManager.isActualTransactionActive()) {
                throw new IllegalStateException(
                        "The inbox needs a transaction of its own: its outcome is only true after its"
                                + " commit. Call receive outside of any transaction");
            }
            if (!places.tryAcquire()) {
                throw new Overloaded(limits.maxInFlight());
            }
            try {
                Deadline deadline = Deadline.in(limits.deadline());
                outcomes = hasToWait(events)
                        ? enqueue(events, Admission.UNTRIED, transactions, deadline)
                        : process(events, deadline);
            } finally {
                places.release();
            }
        } catch (Throwable failure) {
            events.forEach(event -> observers.refused(event, failure));
            throw failure;
        }
        for (int i = 0; i < outcomes.size(); i++) {
            observers.answered(events.get(i), outcomes.get(i));
        }
        return outcomes;
    }

    /**
     * Whether the events of a delivery wait in the queue before anything is tried with them: those that the configuration
     * wants there, and those that are known by their content alone. While a transaction processed one of the latter, nothing
     * could queue a copy of it, because both need the row of the content in {@code identity_windows}.
     */
    public boolean hasToWait(List<Event> events) {
        return events.stream()
                .anyMatch(event -> event.identity().window() != null
                        || modes.getOrDefault(event.type(), mode) == ProcessingMode.QUEUE);
    }

    private List<Outcome> process(List<Event> events, Deadline deadline) throws Exception {
        Submission submission = Submission.toProcess(events, handlers.assign(events));
        transactions.submit(submission);
        try {
            List<Outcome> outcomes = await(submission, transactions, deadline);
            if (outcomes.stream().anyMatch(Outcome.Queued.class::isInstance)) {
                wakeUp.ring();
            }
            return outcomes;
        } catch (MustWait e) {
            return enqueueUntried(submission, null, deadline);
        } catch (TimeoutException e) {
            return giveUp(submission, "no connection was free by the deadline, or a twin of it is not done", deadline);
        } catch (InterruptedException e) {
            try {
                return giveUp(submission, "the thread that received it was interrupted", deadline);
            } finally {
                Thread.currentThread().interrupt();
            }
        } catch (TwinInFlight e) {
            return enqueueUntried(submission, "a twin of it is not done elsewhere", deadline);
        } catch (HandlerTimedOut e) { // at the deadline, if both are the same
            return enqueue(events, Admission.LATE, spareTransactions, deadline);
        } catch (DataAccessException e) {
            throw notStored(e);
        } catch (HandlerFailed e) {
            List<Outcome> outcomes = enqueue(events, failed(submission, e), spareTransactions, deadline);
            if (e.failure() instanceof CommitUnproven) {
                log.warn(
                        "{}: {}. It was looked up in another transaction; the outcome is {}",
                        ids(events),
                        e.failure().getMessage(),
                        words(outcomes));
            } else if (events.size() > 1) { // the failed attempt of a single one is logged where it is written down
                log.warn(
                        "{}: the handlers of one of them have failed; workers try each alone. {}",
                        ids(events),
                        LoggedFailure.inWords(e.failure()),
                        LoggedFailure.trace(e.failure()));
            }
            return outcomes;
        }
    }

    /** Patience with the other transactions of its lane ends long before the deadline: they may be stuck. */
    private List<Outcome> await(Submission submission, GroupCommit transactions, Deadline deadline) throws Exception {
        TimeLimit patient = timeLimits.set(Deadline.in(patience), () -> transactions.hurry(submission));
        TimeLimit waiting = timeLimits.set(deadline, submission::endWait);
        try {
            return submission.await();
        } finally {
            patient.lift();
            waiting.lift();
        }
    }

    /** Waits no longer for a delivery, and has its events queued: its transaction may not have begun, or may be under way. */
    private List<Outcome> giveUp(Submission submission, String why, Deadline deadline) throws Exception {
        List<Event> events = submission.events;
        if (transactions.withdraw(submission)) {
            return enqueueUntried(submission, why, deadline);
        }
        try {
            List<Outcome> outcomes = enqueue(events, Admission.LATE, spareTransactions, deadline);
            submission.whenEnded((late, failure) -> reportLate(events, failure));
            return outcomes;
        } catch (DatabaseUnavailable e) {
            if (submission.hasSucceeded()) {
                return submission.result();
            }
            throw e;
        }
    }

    /** Of several events in one transaction it is not known which one failed: workers will try each alone. */
    private Admission failed(Submission submission, HandlerFailed failed) {
        boolean mayHaveCommitted = failed.mayHaveCommitted() || submission.mayHaveCommitted;
        return submission.events.size() == 1
                ? new Admission(mayHaveCommitted, retryPolicy.afterFirst(failed.failure()), failed.failure())
                : Admission.untried(mayHaveCommitted);
    }

    /** @param why for the log, as a warning once the outcome is there; null: it is as it should be */
    private List<Outcome> enqueueUntried(Submission submission, @Nullable String why, Deadline deadline)
            throws Exception {
        if (why != null) {
            log.debug("{}: {}", ids(submission.events), why);
        }
        Admission admission = Admission.untried(submission.mayHaveCommitted);
        List<Outcome> outcomes = enqueue(submission.events, admission, spareTransactions, deadline);
        if (why != null) {
            log.warn("{}: {}; the outcome is {}", ids(submission.events), why, words(outcomes));
        }
        return outcomes;
    }

    private List<Outcome> enqueue(List<Event> events, Admission admission, GroupCommit transactions, Deadline deadline)
            throws Exception {
        Submission submission = Submission.toStore(events, admission);
        transactions.submit(submission);
        try {
            List<Outcome> outcomes = await(submission, transactions, deadline.plus(limits.grace()));
            wakeUp.ring();
            return outcomes;
        } catch (TimeoutException e) {
            throw new DatabaseUnavailable(
                    transactions.withdraw(submission)
                            ? "No connection was free in time"
                            : "The database has not answered in time",
                    e);
        } catch (InterruptedException e) { // what is not withdrawn may still be stored: that is not known
            transactions.withdraw(submission);
            Thread.currentThread().interrupt();
            throw e;
        } catch (HandlerTimedOut e) {
            throw new DatabaseUnavailable("The database has not answered in time", e);
        } catch (DataAccessException | HandlerFailed | TwinInFlight e) {
            throw notStored(e);
        }
    }

    private static DatabaseUnavailable notStored(Exception e) {
        return new DatabaseUnavailable("The database has refused to store the event", e);
    }

    private static void reportLate(List<Event> events, @Nullable Throwable failure) {
        EventContext before = EventContext.enter(events);
        if (failure == null) {
            log.info("{}: processed after its deadline; a worker drops its copy in the queue", ids(events));
        } else {
            log.warn(
                    "{}: has failed after its deadline; a worker will try its copy in the queue. {}",
                    ids(events),
                    LoggedFailure.inWords(failure),
                    LoggedFailure.trace(failure));
        }
        before.restore();
    }

    private static List<String> words(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::word).toList();
    }

    private static List<String> ids(List<Event> events) {
        return events.stream().map(event -> Printable.line(event.id())).toList();
    }

    /**
     * How much at once, and how long.
     *
     * @param deadline by which a delivery has its outcome, if the database answers
     * @param grace after the deadline, for a place in the queue. The outcome is there by then, or it is a failure
     * @param maxInFlight deliveries that may be received at once
     * @param connections that may process deliveries at once
     * @param spareConnections kept for what has to be queued in the meantime
     */
    record Limits(Duration deadline, Duration grace, int maxInFlight, int connections, int spareConnections) {}
}
