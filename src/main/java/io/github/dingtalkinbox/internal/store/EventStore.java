package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.internal.store.IdentityWindows.Occurrence;
import io.github.dingtalkinbox.internal.transaction.LostRace;
import io.github.dingtalkinbox.internal.transaction.TwinInFlight;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
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
        Deliveries deliveries = new Deliveries(batch.events());
        if (batch.isProbablyKnown()) {
            // An insert that meets a conflict costs more than a look.
            matchProcessed(deliveries, processedEvents.findById(batch.events()), batch.hasCopy());
        }
        List<Event> fresh = deliveries.insert(
                e -> processedEvents.insert(e, batch.longestWait()), e -> new Outcome.Processed(e.id()));
        matchProcessed(deliveries, fresh.stream().map(FirstDelivery::of).toList(), e -> false);
        matchProcessed(deliveries, batch.hasCopy());
        if (!fresh.isEmpty() && !deliveries.open().isEmpty()) {
            throw new MustWait(deliveries.open().values());
        }
        letWait(deliveries, Admission.UNTRIED);
        return written(fresh, deliveries);
    }

    /**
     * Lets the deliveries of these events wait in the queue.
     *
     * @throws LostRace as {@link #record}
     */
    public Recorded enqueue(List<Event> events, Admission admission) {
        Deliveries deliveries = withinWindows(events);
        matchProcessed(deliveries, event -> admission.isLateCopy());
        List<Event> queued = letWait(deliveries, admission);
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
        List<Event> fresh = deliveries.insert(processedEvents::insertWaiting, e -> new Outcome.Processed(e.id()));
        matchProcessed(deliveries, e -> isLateCopy);
        requireNoneOpen(deliveries);
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
                deliveries.settle(i, duplicate(event, first.eventId(), MatchedBy.WINDOW, true, first.seenAt()));
            }
        });
        return deliveries;
    }

    /** Finds which of the open ones have been processed. */
    private void matchProcessed(Deliveries deliveries, Predicate<Event> hasCopy) {
        Map<Integer, Event> open = deliveries.open();
        if (open.isEmpty()) {
            return;
        }
        matchProcessed(deliveries, processedEvents.find(List.copyOf(open.values())), hasCopy);
    }

    private static void matchProcessed(Deliveries deliveries, List<FirstDelivery> processed, Predicate<Event> hasCopy) {
        Identified winners = new Identified(processed);
        deliveries.open().forEach((i, event) -> {
            FirstDelivery winner = winners.sameAs(event);
            if (winner == null) {
                return;
            }
            if (winner.receivedAt().equals(event.delivery().receivedAt()) && hasCopy.test(event)) {
                // The very delivery of which this is a copy: it was processed after all.
                deliveries.settle(i, new Outcome.Processed(winner.eventId()));
                return;
            }
            MatchedBy by = winner.eventId().equals(event.id()) ? MatchedBy.EVENT_ID : MatchedBy.NATURAL_KEY;
            deliveries.settle(
                    i,
                    duplicate(event, winner.eventId(), by, isSame(event, winner.payloadSha256()), winner.receivedAt()));
        });
    }

    /** Puts the open ones into the queue, and gives them back; those that are there already are duplicates. */
    private List<Event> letWait(Deliveries deliveries, Admission admission) {
        List<Event> queued = deliveries.insert(
                events -> queuedEvents.insert(events, admission.isLateCopy(), admission.attempts(), admission.next()),
                e -> new Outcome.Queued(e.id()));
        Map<Integer, Event> open = deliveries.open();
        if (open.isEmpty()) {
            return queued;
        }
        Identified waiting = new Identified(queuedEvents.find(List.copyOf(open.values())));
        open.forEach((i, event) -> {
            FirstDelivery first = waiting.sameAs(event);
            if (first == null) {
                return;
            }
            if (first.isLateCopy() && first.receivedAt().equals(event.delivery().receivedAt())) {
                // A copy of this very delivery, made because it took so long to come here.
                deliveries.settle(i, new Outcome.Queued(first.eventId()));
                return;
            }
            deliveries.settle(
                    i,
                    duplicate(
                            event,
                            first.eventId(),
                            MatchedBy.QUEUED,
                            isSame(event, first.payloadSha256()),
                            first.receivedAt()));
        });
        requireNoneOpen(deliveries);
        return queued;
    }

    private Recorded written(List<Event> fresh, Deliveries deliveries) {
        List<DuplicateDelivery> duplicates = deliveries.duplicates();
        if (!duplicates.isEmpty()) {
            duplicateDeliveries.insert(duplicates);
        }
        return new Recorded(fresh, deliveries.outcomes(), duplicates);
    }

    private static DuplicateDelivery duplicate(
            Event event, String eventId, MatchedBy matchedBy, boolean same, Instant first) {
        return new DuplicateDelivery(
                event,
                new Duplicate(eventId, matchedBy, same),
                Duration.between(first, event.delivery().receivedAt()));
    }

    private static boolean isSame(Event event, ByteBuffer payloadSha256) {
        return payloadSha256.equals(ByteBuffer.wrap(event.payload().sha256()));
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
        return new LostRace(event.id() + " conflicted with an event that was removed at the same moment");
    }

    private static void requireNoneOpen(Deliveries deliveries) {
        deliveries.open().values().stream().findFirst().ifPresent(event -> {
            throw vanished(event);
        });
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
}
