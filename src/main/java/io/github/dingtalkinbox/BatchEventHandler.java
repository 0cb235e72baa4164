package io.github.dingtalkinbox;

import java.util.List;

/**
 * A handler that takes many events at once and has the same effects as if it were called for each of them in turn. Two
 * of the events may concern the same business row: a plain set-based update would lose one of the two effects, so
 * aggregate per row first, and write the rows in a fixed order, or transactions that run side by side may deadlock.
 *
 * <p>Events of a type share a transaction only if every handler that wants them is one of these. If a shared transaction
 * fails, it is rolled back, and the handler is called again for the events of each delivery alone.
 */
public interface BatchEventHandler extends EventHandler {
    /**
     * Makes the business update of all the events, which are in the order of their arrival.
     *
     * @param events at least one; this handler {@link #handles} each of them
     * @throws Exception any failure: the transaction is rolled back and none of the events counts as processed
     */
    void handleAll(List<Event> events) throws Exception;

    @Override
    default void handle(Event event) throws Exception {
        handleAll(List.of(event));
    }
}
