package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.store.IdentityWindows.Occurrence;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.internal.transaction.LostRace;
import io.github.dingtalkinbox.internal.transaction.TwinInFlight;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Writes the events of one transaction into the log or into the queue, and tells the new ones from the duplicates. Only
 * the rows that the inserts return say that an event is new; a preliminary look can only show that an event is already
 * known, never that it is new.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
public final class EventStore {
    private final ProcessedEvents processedEvents;
    private final DuplicateDeliveries duplicateDeliveries;
    private final IdentityWindows identityWindows;
    private final QueuedEvents queuedEvents;
    private final FirstEvents firstEvents;

    /**
     * @param longestWait for a transaction that is inserting the same event just now
     * @param longestTransaction of a handler's, after which nothing is heard from this node any more
     */
    public EventStore(DataSource dataSource, Duration longestWait, Duration longestTransaction) {
        JdbcClient jdbc = JdbcClient.create(dataSource);
        this.processedEvents = new ProcessedEvents(dataSource, longestWait, longestTransaction);
        this.duplicateDeliveries = new DuplicateDeliveries(jdbc);
        this.identityWindows = new IdentityWindows(jdbc);
        this.queuedEvents = new QueuedEvents(jdbc);
        this.firstEvents = new FirstEvents(jdbc);
    }

    /**
     * Records deliveries, none of which is known by its content alone. They are new unless they, or another event of their
     * ordering key, wait in the queue.
     *
     * @throws MustWait if some of them are new and others go behind what waits
     * @throws LostRace if an event was a duplicate of one that is gone in the meantime: record again in a new
     *     transaction
     */
    public Recorded record(Batch batch) {
        BiPredicate<FirstDelivery, Event> isCopy =
                (first, event) -> batch.hasCopy().test(event);
        Deliveries deliveries = new Deliveries(batch.events());
        if (batch.isProbablyKnown()) {
            // An insert that meets a conflict costs more than a look.
            deliveries.match(processedEvents.findById(batch.events()), isCopy);
        }
        Set<String> inserted = processedEvents.insert(deliveries.firsts(), batch.longestWait());
        List<Event> fresh = deliveries.settleNew(inserted, Outcome.Processed::new);
        if (!deliveries.areSettled()) {
            deliveries.match(fresh.stream().map(FirstDelivery::of).toList(), (first, event) -> false);
            matchProcessed(deliveries, isCopy);
            if (!fresh.isEmpty() && !deliveries.areSettled()) {
                throw new MustWait(deliveries.open());
            }
            letWait(deliveries, batch, Admission.UNTRIED);
        }
        return written(fresh, deliveries);
    }

    /**
     * Lets deliveries wait in the queue.
     *
     * @throws LostRace as {@link #record}
     */
    public Recorded enqueue(Batch batch, Admission admission) {
        Deliveries deliveries = withinWindows(batch.events());
        matchProcessed(
                deliveries,
                (first, event) -> admission.isLateCopy() || batch.hasCopy().test(event));
        List<Event> queued = letWait(deliveries, batch, admission);
        return written(queued, deliveries);
    }

    /**
     * Records an event that waits in the queue, without any condition on the queue: an event that such a condition
     * keeps out would look as if it had been processed.
     *
     * @throws LostRace as {@link #record}
     */
    public Recorded recordWaiting(Event event, boolean isLateCopy) {
        Deliveries deliveries = new Deliveries(List.of(event));
        Set<String> inserted = processedEvents.insertWaiting(deliveries.firsts());
        List<Event> fresh = deliveries.settleNew(inserted, Outcome.Processed::new);
        matchProcessed(deliveries, (first, e) -> isLateCopy);
        requireSettled(deliveries);
        return written(fresh, deliveries);
    }

    /**
     * Whether an event has been processed, under either of its identities. A look would not see a transaction that is
     * processing it; an insert waits for it. So it is inserted, and that is undone.
     *
     * @param savepoint in the transaction of this thread, which goes on as if nothing had been asked
     * @throws TwinInFlight if a transaction is processing it
     */
    public boolean isProcessed(Event event, TransactionOperations savepoint) throws TwinInFlight {
        try {
            return savepoint.execute(status -> {
                status.setRollbackOnly();
                return processedEvents.insertWaiting(List.of(event)).isEmpty();
            });
        } catch (DataAccessException e) {
            if (SqlStates.isLockTimeout(e)) {
                throw new TwinInFlight(e);
            }
            throw e;
        }
    }

    /** The processed event of this id. */
    public Optional<ProcessedEvent> find(String eventId) {
        return processedEvents.read(eventId);
    }

    /** Settles what the windows decide alone, and gives new occurrences their ids. */
    private Deliveries withinWindows(List<Event> events) {
        Deliveries deliveries = new Deliveries(events);
        Map<String, Event> contents = new LinkedHashMap<>();
        events.stream().filter(EventStore::isContentOnly).forEach(e -> contents.putIfAbsent(e.id(), e));
        if (contents.isEmpty()) {
            return deliveries;
        }
        List<Event> distinct = List.copyOf(contents.values());
        Map<String, Occurrence> claimed = identityWindows.claim(distinct);
        Map<String, Occurrence> known = claimed.size() == distinct.size() ? claimed : identityWindows.find(distinct);
        deliveries.open(EventStore::isContentOnly).forEach((i, event) -> {
            if (claimed.containsKey(event.id()) && contents.remove(event.id()) != null) { // the first of its kind
                deliveries.rename(i, occurrence(claimed, event).eventId());
            } else {
                Occurrence first = occurrence(known, event);
                deliveries.settleAsDuplicate(i, first.eventId(), MatchedBy.WINDOW, true, first.seenAt());
            }
        });
        return deliveries;
    }

    /** Finds which of the open ones have been processed. */
    private void matchProcessed(Deliveries deliveries, BiPredicate<FirstDelivery, Event> isCopy) {
        if (!deliveries.areSettled()) {
            deliveries.match(processedEvents.find(deliveries.open()), isCopy);
        }
    }

    /** Puts the open ones into the queue, and gives them back; those that are there already are duplicates. */
    private List<Event> letWait(Deliveries deliveries, Batch batch, Admission admission) {
        Set<String> inserted = queuedEvents.insert(deliveries.firsts(), admission);
        List<Event> queued = deliveries.settleNew(inserted, Outcome.Queued::new);
        if (!deliveries.areSettled()) {
            // A late copy of a delivery was made because it took so long to come here.
            deliveries.match(
                    queuedEvents.find(deliveries.open()),
                    (first, event) -> first.isLateCopy() || batch.hasCopy().test(event));
            requireSettled(deliveries);
        }
        return queued;
    }

    private Recorded written(List<Event> fresh, Deliveries deliveries) {
        Set<String> toCompare = deliveries.toCompare();
        if (!toCompare.isEmpty()) {
            deliveries.compareWith(firstEvents.read(toCompare));
        }
        List<DuplicateDelivery> duplicates = deliveries.duplicates();
        if (!duplicates.isEmpty()) {
            duplicateDeliveries.insert(duplicates);
        }
        if (deliveries.areCopies()) {
            processedEvents.haveCommitWait();
        }
        return new Recorded(fresh, deliveries.outcomes(), duplicates);
    }

    private static boolean isContentOnly(Event event) {
        return event.identity().window() != null;
    }

    private static Occurrence occurrence(Map<String, Occurrence> occurrences, Event event) {
        Occurrence occurrence = occurrences.get(event.id());
        if (occurrence == null) {
            throw vanished(event);
        }
        return occurrence;
    }

    /** The event that this one was a duplicate of has gone between two statements. */
    private static LostRace vanished(Event event) {
        return new LostRace(
                Printable.line(event.id()) + " conflicted with an event that was removed at the same moment");
    }

    private static void requireSettled(Deliveries deliveries) {
        if (!deliveries.areSettled()) {
            throw vanished(deliveries.open().get(0));
        }
    }

    /**
     * What was recorded.
     *
     * @param fresh the new events, under their final ids: those that are processed, whose handlers are to run now; or those
     *     that were put into the queue
     * @param outcomes one for each delivery, in their order
     * @param duplicates the deliveries that were duplicates
     */
    public record Recorded(List<Event> fresh, List<Outcome> outcomes, List<DuplicateDelivery> duplicates) {
        /** Whether there was only one delivery. */
        public boolean isOfOne() {
            return outcomes.size() == 1;
        }
    }

    /**
     * A delivery that was a duplicate.
     *
     * @param sinceFirst from the arrival of the first delivery to the arrival of this one
     */
    public record DuplicateDelivery(Event event, Duplicate duplicate, Duration sinceFirst) {}

    /**
     * An event that has taken effect.
     *
     * @param event as its first delivery brought it, without a source address and an ordering key, which are not kept
     * @param processedAt when that was, by the database's clock
     */
    public record ProcessedEvent(Event event, Instant processedAt) {}

    /**
     * Some events of a transaction are new and others have to wait in the queue: those wait. A place in the queue that is not
     * committed while handlers run would keep every other transaction from it.
     */
    public static final class MustWait extends RuntimeException {
        private final List<Event> events;

        private MustWait(List<Event> events) {
            super("Some events have to wait in the queue", null, false, false);
            this.events = events;
        }

        /** Whether one of these is among those that have to wait. */
        public boolean concerns(List<Event> others) {
            return !Collections.disjoint(events, others);
        }
    }
}
