package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Deliveries that are recorded in one transaction.
 *
 * @param events one of each delivery, in the order of their arrival
 * @param longestWait for a twin that another transaction is inserting
 * @param isProbablyKnown whether most of them have probably been processed: a guess, by which nothing is decided but what
 *     to try first
 * @param hasCopy whether a copy of this very delivery may have been processed already
 */
public record Batch(List<Event> events, Duration longestWait, boolean isProbablyKnown, Predicate<Event> hasCopy) {
    public Batch {
        events = List.copyOf(events);
    }
}
