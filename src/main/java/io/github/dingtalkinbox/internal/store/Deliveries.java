package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.internal.identity.EventEnvelope;
import io.github.dingtalkinbox.internal.store.EventStore.DuplicateDelivery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;

/** The deliveries of one transaction, by their position, and what has become of each so far. For one transaction. */
final class Deliveries {
    private final List<Event> events;
    private final Map<Integer, Outcome> outcomes = new TreeMap<>();
    private final Map<String, Integer> firsts = new LinkedHashMap<>();
    private final Map<Integer, DuplicateDelivery> duplicates = new LinkedHashMap<>();
    private final Map<Integer, String> comparisons = new LinkedHashMap<>();
    private boolean areAllKnown = true;

    Deliveries(List<Event> events) {
        this.events = new ArrayList<>(events);
    }

    /** Whether each has an outcome. */
    boolean areSettled() {
        return outcomes.size() == events.size();
    }

    /** Those without an outcome. */
    List<Event> open() {
        return List.copyOf(open(event -> true).values());
    }

    /** Those of these without an outcome. */
    Map<Integer, Event> open(Predicate<Event> which) {
        Map<Integer, Event> open = new LinkedHashMap<>();
        for (int i = 0; i < events.size(); i++) {
            if (!outcomes.containsKey(i) && which.test(events.get(i))) {
                open.put(i, events.get(i));
            }
        }
        return open;
    }

    void rename(int position, String eventId) {
        events.set(position, events.get(position).withId(eventId));
    }

    /** @param first when the first delivery had come */
    void settleAsDuplicate(int position, String eventId, MatchedBy matchedBy, boolean samePayload, Instant first) {
        Event event = events.get(position);
        Duplicate duplicate = new Duplicate(eventId, matchedBy, samePayload);
        Duration sinceFirst = Duration.between(first, event.delivery().receivedAt());
        settleAsDuplicate(position, new DuplicateDelivery(event, duplicate, sinceFirst));
    }

    private void settleAsDuplicate(int position, DuplicateDelivery entry) {
        duplicates.put(position, entry);
        outcomes.put(position, entry.duplicate());
    }

    /**
     * The open ones that are to be inserted: of several deliveries of one event, the first is the one that counts. (The insert
     * sorts its rows, and would have the smallest one win.)
     */
    List<Event> firsts() {
        Set<String> naturalKeys = new HashSet<>();
        firsts.clear();
        open(event -> true).forEach((i, event) -> {
            String naturalKey = event.identity().naturalKey();
            if (!firsts.containsKey(event.id()) && (naturalKey == null || naturalKeys.add(naturalKey))) {
                firsts.put(event.id(), i);
            }
        });
        return firsts.values().stream().map(events::get).toList();
    }

    /**
     * Settles those of the {@link #firsts} that were new.
     *
     * @param inserted their ids
     * @return those that were new
     */
    List<Event> settleNew(Set<String> inserted, Function<String, Outcome> outcome) {
        firsts.keySet().retainAll(inserted);
        firsts.forEach((id, i) -> outcomes.put(i, outcome.apply(id)));
        areAllKnown &= firsts.isEmpty();
        return firsts.values().stream().map(events::get).toList();
    }

    /**
     * Settles the open ones that have come before.
     *
     * @param isCopy whether what has come before may be a copy of this very delivery, if it arrived at the same moment: then
     *     this is no duplicate, but processed, or queued, after all
     */
    void match(List<FirstDelivery> before, BiPredicate<FirstDelivery, Event> isCopy) {
        Map<String, FirstDelivery> byEventId = new HashMap<>();
        Map<String, FirstDelivery> byNaturalKey = new HashMap<>();
        for (FirstDelivery first : before) {
            byEventId.put(first.eventId(), first);
            String naturalKey = first.naturalKey();
            if (naturalKey != null) {
                byNaturalKey.put(naturalKey, first);
            }
        }
        open(event -> true).forEach((i, event) -> {
            String naturalKey = event.identity().naturalKey();
            FirstDelivery first = byEventId.get(event.id());
            if (first == null
                    && naturalKey != null) { // if its two identities are those of two, the one of its id counts
                first = byNaturalKey.get(naturalKey);
            }
            if (first == null) {
                return;
            }
            if (first.receivedAt().equals(event.delivery().receivedAt()) && isCopy.test(first, event)) {
                outcomes.put(
                        i,
                        first.isQueued()
                                ? new Outcome.Queued(first.eventId())
                                : new Outcome.Processed(first.eventId()));
                return;
            }
            MatchedBy by = first.isQueued()
                    ? MatchedBy.QUEUED
                    : first.eventId().equals(event.id()) ? MatchedBy.EVENT_ID : MatchedBy.NATURAL_KEY;
            boolean isSame = first.hasContentOf(event);
            settleAsDuplicate(i, first.eventId(), by, isSame, first.receivedAt());
            if (!isSame && first.transport() != event.delivery().transport()) {
                comparisons.put(i, first.eventId());
            }
        });
    }

    /**
     * The ids of the events with which duplicates have to be compared: another transport has the same content in another
     * envelope, so that its hash says nothing.
     */
    Set<String> toCompare() {
        return Set.copyOf(comparisons.values());
    }

    /**
     * Compares them.
     *
     * @param firsts the events, by their id. A duplicate of one that is missing counts as different, so that its payload
     *     is kept
     */
    void compareWith(Map<String, Event> firsts) {
        comparisons.forEach((i, firstId) -> {
            Event first = firsts.get(firstId);
            if (first != null && EventEnvelope.isSameWithin(first, events.get(i))) {
                DuplicateDelivery entry = Objects.requireNonNull(duplicates.get(i));
                MatchedBy by = entry.duplicate().matchedBy();
                settleAsDuplicate(
                        i, new DuplicateDelivery(entry.event(), new Duplicate(firstId, by, true), entry.sinceFirst()));
            }
        });
    }

    /** Whether each is a copy of what is there already, so that there is nothing to write. */
    boolean areCopies() {
        return areAllKnown && duplicates.isEmpty();
    }

    List<DuplicateDelivery> duplicates() {
        return List.copyOf(duplicates.values());
    }

    /** One for each delivery, in their order. */
    List<Outcome> outcomes() {
        if (!areSettled()) {
            throw new IllegalStateException("A delivery was left without an outcome");
        }
        return List.copyOf(outcomes.values());
    }
}
