package io.github.dingtalkinbox;

/**
 * The business update of an event: a bean of this type is called once for every event that it {@link #handles}, in the
 * transaction that records the event. Whatever it writes through the same {@code DataSource} commits together with the
 * record, or not at all.
 *
 * <p>What leaves the transaction leaves the promise: a connection or transaction of its own, another thread, a call over
 * the network. Such effects happen at least once, not exactly once.
 *
 * <p>Called by many threads at the same time.
 */
public interface EventHandler {
    /** Whether this handler wants the event. Must not touch the database. */
    boolean handles(Event event);

    /**
     * Makes the business update.
     *
     * @throws Exception any failure: the transaction is rolled back, and the event waits in the queue to be tried again;
     *     after a {@link PermanentFailure}, for an operator
     */
    void handle(Event event) throws Exception;
}
