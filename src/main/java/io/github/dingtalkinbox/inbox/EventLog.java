package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.inbox.DuplicateDeliveries.Entry;
import io.github.dingtalkinbox.inbox.IdentityWindows.Occurrence;
import io.github.dingtalkinbox.inbox.Outcome.Duplicate;
import io.github.dingtalkinbox.inbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.inbox.ProcessedEvents.Processed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the events of one transaction into the log, and tells the new ones from the duplicates. The rows that the
 * insert returns are the answer; nothing is looked up beforehand.
 *
 * <p>Safe for use by many threads; every call belongs to the transaction of its thread.
 */
final class EventLog {
    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    private final ProcessedEvents processedEvents;
    private final DuplicateDeliveries duplicateDeliveries;
    private final IdentityWindows identityWindows;

    EventLog(
            ProcessedEvents processedEvents, DuplicateDeliveries duplicateDeliveries, IdentityWindows identityWindows) {
        this.processedEvents = processedEvents;
        this.duplicateDeliveries = duplicateDeliveries;
        this.identityWindows = identityWindows;
    }

    /**
     * Records the deliveries of these events.
     *
     * @throws Vanished if an event was a duplicate of one that the cleanup has removed in the meantime: record again in
     *     a new transaction
     */
    Recorded record(List<Event> events) {
        @Nullable Outcome[] outcomes = new Outcome[events.size()];
        List<Entry> duplicates = new ArrayList<>();

        Map<Integer, Event> candidates = withinWindows(events, outcomes, duplicates);
        Map<Integer, Event> fresh = insert(candidates, outcomes);
        matchLosers(candidates, outcomes, duplicates);

        if (!duplicates.isEmpty()) {
            duplicateDeliveries.insert(duplicates);
            duplicates.forEach(EventLog::report);
        }
        return new Recorded(List.copyOf(fresh.values()), List.of(complete(outcomes)));
    }

    /** Settles what the windows decide alone; the rest are candidates for the event log, by position. */
    private Map<Integer, Event> withinWindows(
            List<Event> events, @Nullable Outcome[] outcomes, List<Entry> duplicates) {
        Map<String, Event> contents = new LinkedHashMap<>();
        events.stream().filter(EventLog::isContentOnly).forEach(e -> contents.putIfAbsent(e.id(), e));
        List<Event> distinct = List.copyOf(contents.values());
        Map<String, Occurrence> claimed = distinct.isEmpty() ? Map.of() : identityWindows.claim(distinct);
        Map<String, Occurrence> known = claimed.size() == distinct.size() ? claimed : identityWindows.find(distinct);

        Map<Integer, Event> candidates = new LinkedHashMap<>();
        for (int i = 0; i < outcomes.length; i++) {
            Event event = events.get(i);
            if (!isContentOnly(event)) {
                candidates.put(i, event);
            } else if (claimed.containsKey(event.id())
                    && contents.remove(event.id()) != null) { // the first of its kind
                candidates.put(i, event.withId(occurrence(claimed, event).eventId()));
            } else {
                Occurrence first = occurrence(known, event);
                duplicates.add(duplicate(event, first.eventId(), MatchedBy.WINDOW, true, first.seenAt()));
                outcomes[i] = duplicates.get(duplicates.size() - 1).duplicate();
            }
        }
        return candidates;
    }

    /** Inserts the candidates. Those that come back are new. */
    private Map<Integer, Event> insert(Map<Integer, Event> candidates, @Nullable Outcome[] outcomes) {
        Map<String, Event> distinct = new LinkedHashMap<>();
        candidates.values().forEach(e -> distinct.putIfAbsent(e.id(), e));
        Set<String> inserted = distinct.isEmpty() ? Set.of() : processedEvents.insert(List.copyOf(distinct.values()));

        Map<Integer, Event> fresh = new LinkedHashMap<>();
        candidates.forEach((i, event) -> {
            if (inserted.contains(event.id()) && distinct.remove(event.id()) != null) { // the first of its kind
                fresh.put(i, event);
                outcomes[i] = new Outcome.Processed(event.id());
            }
        });
        return fresh;
    }

    /** Finds, in a second statement, what the candidates without an outcome are duplicates of. */
    private void matchLosers(Map<Integer, Event> candidates, @Nullable Outcome[] outcomes, List<Entry> duplicates) {
        Map<Integer, Event> losers = new LinkedHashMap<>(candidates);
        losers.keySet().removeIf(i -> outcomes[i] != null);
        if (losers.isEmpty()) {
            return;
        }
        List<Processed> winners = processedEvents.find(List.copyOf(losers.values()));
        losers.forEach((i, event) -> {
            Entry entry = match(event, winners);
            duplicates.add(entry);
            outcomes[i] = entry.duplicate();
        });
    }

    private static Entry match(Event event, List<Processed> winners) {
        Processed byKey = null;
        for (Processed winner : winners) {
            if (winner.eventId().equals(event.id())) {
                return duplicate(event, winner, MatchedBy.EVENT_ID);
            }
            if (winner.naturalKey() != null
                    && winner.naturalKey().equals(event.identity().naturalKey())) {
                byKey = winner;
            }
        }
        if (byKey == null) {
            throw new Vanished(event.id());
        }
        return duplicate(event, byKey, MatchedBy.NATURAL_KEY);
    }

    private static Entry duplicate(Event event, Processed first, MatchedBy matchedBy) {
        boolean same =
                first.payloadSha256().equals(ByteBuffer.wrap(event.payload().sha256()));
        return duplicate(event, first.eventId(), matchedBy, same, first.receivedAt());
    }

    private static Entry duplicate(Event event, String eventId, MatchedBy matchedBy, boolean same, Instant first) {
        return new Entry(
                event,
                new Duplicate(eventId, matchedBy, same),
                Duration.between(first, event.delivery().receivedAt()));
    }

    private static void report(Entry entry) {
        Duplicate duplicate = entry.duplicate();
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

    private static Outcome[] complete(@Nullable Outcome[] outcomes) {
        Outcome[] complete = new Outcome[outcomes.length];
        for (int i = 0; i < complete.length; i++) {
            Outcome outcome = outcomes[i];
            if (outcome == null) {
                throw new IllegalStateException("An event was left without an outcome");
            }
            complete[i] = outcome;
        }
        return complete;
    }

    /**
     * What was recorded.
     *
     * @param fresh the new events, whose handlers are to run now, under their final ids
     * @param outcomes one for each delivery, in their order
     */
    record Recorded(List<Event> fresh, List<Outcome> outcomes) {}

    /** The event that another one was a duplicate of has been removed between two statements. */
    static final class Vanished extends RuntimeException {
        private Vanished(String eventId) {
            super(eventId + " conflicted with a processed event that was removed at the same moment");
        }
    }
}
