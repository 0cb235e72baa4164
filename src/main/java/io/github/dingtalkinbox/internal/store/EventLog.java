package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.internal.store.Backlog.Admission;
import io.github.dingtalkinbox.internal.store.Backlog.Waiting;
import io.github.dingtalkinbox.internal.store.DuplicateDeliveries.Entry;
import io.github.dingtalkinbox.internal.store.IdentityWindows.Occurrence;
import io.github.dingtalkinbox.internal.store.ProcessedEvents.Processed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Writes the events of one transaction into the log or into the queue, and tells the new ones from the duplicates. Only
 * the rows that the inserts return say that an event is new; a preliminary look can only show that an event is already
 * known, never that it is new.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
public final class EventLog {
    private final ProcessedEvents processedEvents;
    private final DuplicateDeliveries duplicateDeliveries;
    private final IdentityWindows identityWindows;
    private final Backlog backlog;

    public EventLog(
            ProcessedEvents processedEvents,
            DuplicateDeliveries duplicateDeliveries,
            IdentityWindows identityWindows,
            Backlog backlog) {
        this.processedEvents = processedEvents;
        this.duplicateDeliveries = duplicateDeliveries;
        this.identityWindows = identityWindows;
        this.backlog = backlog;
    }

    /**
     * Records deliveries, none of which is known by its content alone. They are new unless they, or another event of their
     * ordering key, wait in the queue.
     *
     * @throws MustWait if some of them are new and others go behind what waits
     * @throws Vanished if an event was a duplicate of one that is gone in the meantime: record again in a new
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
        matchProcessed(deliveries, fresh.stream().map(Processed::of).toList(), e -> false);
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
     * @throws Vanished as {@link #record}
     */
    public Recorded enqueue(List<Event> events, Admission admission) {
        Deliveries deliveries = withinWindows(events);
        matchProcessed(deliveries, event -> admission.lateCopy());
        letWait(deliveries, admission);
        return written(List.of(), deliveries);
    }

    /**
     * Records an event that waits in the queue, without any condition on the queue: an event that such a condition
     * keeps out would look as if it had been processed.
     *
     * @throws Vanished as {@link #record}
     */
    public Recorded recordWaiting(Event event, boolean isLateCopy) {
        Deliveries deliveries = new Deliveries(List.of(event));
        List<Event> fresh = deliveries.insert(processedEvents::insertWaiting, e -> new Outcome.Processed(e.id()));
        matchProcessed(deliveries, e -> isLateCopy);
        requireNoneOpen(deliveries);
        return written(fresh, deliveries);
    }

    /** The processed event of this id. */
    public Optional<ProcessedEvent> find(String eventId) {
        return processedEvents.read(eventId);
    }

    /** Settles what the windows decide alone, and gives new occurrences their ids. */
    private Deliveries withinWindows(List<Event> events) {
        Deliveries deliveries = new Deliveries(events);
        Map<String, Event> contents = new LinkedHashMap<>();
        events.stream().filter(EventLog::isContentOnly).forEach(e -> contents.putIfAbsent(e.id(), e));
        if (contents.isEmpty()) {
            return deliveries;
        }
        List<Event> distinct = List.copyOf(contents.values());
        Map<String, Occurrence> claimed = identityWindows.claim(distinct);
        Map<String, Occurrence> known = claimed.size() == distinct.size() ? claimed : identityWindows.find(distinct);
        deliveries.open(EventLog::isContentOnly).forEach((i, event) -> {
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

    private static void matchProcessed(Deliveries deliveries, List<Processed> processed, Predicate<Event> hasCopy) {
        Identified<Processed> winners = new Identified<>(processed, Processed::eventId, Processed::naturalKey);
        deliveries.open().forEach((i, event) -> {
            Processed winner = winners.sameAs(event);
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

    /** Puts the open ones into the queue; those that are there already are duplicates. */
    private void letWait(Deliveries deliveries, Admission admission) {
        deliveries.insert(events -> backlog.add(events, admission), e -> new Outcome.Queued(e.id()));
        Map<Integer, Event> open = deliveries.open();
        if (open.isEmpty()) {
            return;
        }
        Identified<Waiting> waiting =
                new Identified<>(backlog.find(List.copyOf(open.values())), Waiting::eventId, Waiting::naturalKey);
        open.forEach((i, event) -> {
            Waiting first = waiting.sameAs(event);
            if (first == null) {
                return;
            }
            if (first.lateCopy() && first.receivedAt().equals(event.delivery().receivedAt())) {
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
    }

    private Recorded written(List<Event> fresh, Deliveries deliveries) {
        List<Entry> duplicates = deliveries.duplicates();
        if (!duplicates.isEmpty()) {
            duplicateDeliveries.insert(duplicates);
        }
        return new Recorded(fresh, deliveries.outcomes(), duplicates);
    }

    private static Entry duplicate(Event event, String eventId, MatchedBy matchedBy, boolean same, Instant first) {
        return new Entry(
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
            throw new Vanished(event.id());
        }
        return occurrence;
    }

    private static void requireNoneOpen(Deliveries deliveries) {
        deliveries.open().values().stream().findFirst().ifPresent(event -> {
            throw new Vanished(event.id());
        });
    }

    /**
     * What was recorded.
     *
     * @param fresh the new events, whose handlers are to run now, under their final ids
     * @param outcomes one for each delivery, in their order
     * @param duplicates the deliveries that were duplicates
     */
    public record Recorded(List<Event> fresh, List<Outcome> outcomes, List<Entry> duplicates) {}

    /** The event that another one was a duplicate of has gone between two statements. */
    public static final class Vanished extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Vanished(String eventId) {
            super(eventId + " conflicted with an event that was removed at the same moment");
        }
    }
}
