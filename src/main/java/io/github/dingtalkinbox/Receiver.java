package io.github.dingtalkinbox;

import java.util.List;

/**
 * Takes events from an entrance: call this bean from an entrance of your own, or from a test of a handler, with events
 * from {@link Events}. The callback URL and the poll of failed callbacks use it too. Safe for use by many threads.
 */
public interface Receiver {
    /**
     * Receives the events of one delivery, all in one transaction and in this order. Call it outside of any
     * transaction. It returns when there is an outcome, at the latest after {@code inbox.deadline} (by default 1 s),
     * and fails at most 0.3 s later if the database does not answer. If the caller is interrupted, the events are
     * queued, and the thread stays interrupted.
     *
     * @param events at least one
     * @return an outcome for each event, in the same order, once the commit is known to have happened
     * @throws Overloaded if too many deliveries are being received: deliver it again later
     * @throws IllegalStateException if the caller is in a transaction
     * @throws DatabaseUnavailable if the database cannot be reached, or refused to store the events
     * @throws Exception any other failure: it is not known whether the delivery was processed or queued, and the sender
     *     must deliver it again. A handler that fails is not an exception but {@link Outcome.Queued}
     */
    List<Outcome> receive(List<Event> events) throws Exception;
}
