package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.Event;
import java.util.List;

/** Takes events from an entrance. Safe for use by many threads. */
public interface Receiver {
    /**
     * Receives the events that one delivery brought: all of them in one transaction, in this order.
     *
     * @return an outcome for each event, in the same order, once the commit is known to have happened
     * @throws Exception whatever a handler threw, unwrapped, or what went wrong with the database: nothing of the
     *     delivery is known to have been processed, and the sender must deliver it again
     */
    List<Outcome> receive(List<Event> events) throws Exception;
}
