package io.github.dingtalkinbox;

import java.util.List;

/**
 * A handler that takes many events at once, with the same effect as if it were called for each in turn. Two of the
 * events may concern the same business row: a plain set-based update would lose one of the effects, so aggregate per
 * row first. Write rows in a fixed order, or concurrent transactions may deadlock.
 *
 * <p>Deliveries share a transaction only if every handler that wants their events is of this type. If a shared
 * transaction fails, it is rolled back, and the handler is called again for the events of each delivery alone. A shared
 * transaction may take twice {@code inbox.deadline} (by default 2 s in all).
 *
 * <p>Everything that {@link EventHandler} says applies here, too: many threads call the handler at the same time, in
 * the transaction that records the events.
 */
public interface BatchEventHandler extends EventHandler {
    /**
     * Makes the business update of all the events, which are in the order of their arrival. Called once in the
     * transaction in which they turn out to be new, even for a single event.
     *
     * @param events at least one and at most 128, unless a single delivery has more; this handler {@link #handles} each
     *     of them. The list cannot be changed
     * @throws Exception any failure: the transaction is rolled back, and none of the events counts as processed
     */
    void handleAll(List<Event> events) throws Exception;

    @Override
    default void handle(Event event) throws Exception {
        handleAll(List.of(event));
    }
}
