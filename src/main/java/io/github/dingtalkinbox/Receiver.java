package io.github.dingtalkinbox;

import java.util.List;

/** Takes events from an entrance. Safe for use by many threads. */
public interface Receiver {
    /**
     * Receives the events that one delivery brought: all of them in one transaction, in this order.
     *
     * @return an outcome for each event, in the same order, once the commit is known to have happened
     * @throws Overloaded if too many deliveries are being received: it should come again later
     * @throws DatabaseUnavailable if the database is away, or has refused to store the events
     * @throws Exception whatever else went wrong. Then, too, nothing of the delivery is known to have been processed or
     *     queued, and the sender must deliver it again. A handler that fails is no exception but {@link Outcome.Queued}
     */
    List<Outcome> receive(List<Event> events) throws Exception;
}
