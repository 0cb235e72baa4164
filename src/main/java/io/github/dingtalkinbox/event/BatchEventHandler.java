package io.github.dingtalkinbox.event;

import java.util.List;

/**
 * A handler that takes many events at once and has the same effects as if it were called for each of them in turn. Two
 * of the events may concern the same business row: a plain set-based update would lose one of the two effects, so
 * aggregate per row first.
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
