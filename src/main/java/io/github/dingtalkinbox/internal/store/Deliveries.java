package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/** The deliveries of one transaction, by their position, and what has become of each so far. For one transaction. */
final class Deliveries {
    private final List<Event> events;
    private final Map<Integer, Outcome> outcomes = new TreeMap<>();
    private final List<DuplicateDelivery> duplicates = new ArrayList<>();

    Deliveries(List<Event> events) {
        this.events = new ArrayList<>(events);
    }

    /** Those without an outcome. */
    Map<Integer, Event> open() {
        return open(event -> true);
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

    void settle(int position, Outcome outcome) {
        outcomes.put(position, outcome);
    }

    void settle(int position, DuplicateDelivery duplicate) {
        duplicates.add(duplicate);
        outcomes.put(position, duplicate.duplicate());
    }

    /**
     * Inserts the open ones; of several deliveries of one event, the first is the one that counts.
     *
     * @param insert takes events with different ids, and gives back the ids of those that were new
     * @param outcome of those that were new
     * @return those that were new
     */
    List<Event> insert(Function<List<Event>, Set<String>> insert, Function<Event, Outcome> outcome) {
        Map<String, Integer> firsts = firsts(open());
        if (firsts.isEmpty()) {
            return List.of();
        }
        Set<String> inserted =
                insert.apply(firsts.values().stream().map(events::get).toList());
        List<Event> fresh = new ArrayList<>();
        firsts.forEach((id, i) -> {
            if (inserted.contains(id)) {
                fresh.add(events.get(i));
                outcomes.put(i, outcome.apply(events.get(i)));
            }
        });
        return fresh;
    }

    /** By event id, as they arrived: the insert sorts its rows, and would have the smallest one win. */
    private static Map<String, Integer> firsts(Map<Integer, Event> events) {
        Map<String, Integer> firsts = new LinkedHashMap<>();
        Set<String> naturalKeys = new HashSet<>();
        events.forEach((i, event) -> {
            String naturalKey = event.identity().naturalKey();
            if (!firsts.containsKey(event.id()) && (naturalKey == null || naturalKeys.add(naturalKey))) {
                firsts.put(event.id(), i);
            }
        });
        return firsts;
    }

    List<DuplicateDelivery> duplicates() {
        return List.copyOf(duplicates);
    }

    /** One for each delivery, in their order. */
    List<Outcome> outcomes() {
        if (outcomes.size() != events.size()) {
            throw new IllegalStateException("A delivery was left without an outcome");
        }
        return List.copyOf(outcomes.values());
    }
}
