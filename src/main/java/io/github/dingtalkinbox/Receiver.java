package io.github.dingtalkinbox;

import java.util.List;

/**
 * Takes events from an entrance: the bean to call from an entrance of your own, or from a test of a handler, with what
 * {@link Events} has made. The callback URL and the failed-callback poll use it too. Safe for use by many threads.
 */
public interface Receiver {
    /**
     * Receives the events that one delivery brought: all of them in one transaction, in this order. Call it outside of any
     * transaction. It returns when there is an outcome, by {@code inbox.deadline} (by default 1 s), and fails at most 0.3 s
     * later if the database does not answer. A caller that is interrupted is answered from the queue, and stays interrupted.
     *
     * @param events at least one
     * @return an outcome for each event, in the same order, once the commit is known to have happened
     * @throws Overloaded if too many deliveries are being received: it should come again later
     * @throws IllegalStateException if the caller has a transaction
     * @throws DatabaseUnavailable if the database is away, or has refused to store the events
     * @throws Exception whatever else went wrong. Then, too, it is not known whether the delivery has been processed or
     *     queued, and the sender must deliver it again. A handler that fails is no exception but {@link Outcome.Queued}
     */
    List<Outcome> receive(List<Event> events) throws Exception;
}
