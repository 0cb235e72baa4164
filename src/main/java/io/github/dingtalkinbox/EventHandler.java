package io.github.dingtalkinbox;

/**
 * The business update of an event: a bean of this type is called for every event that it {@link #handles}, in the
 * transaction that records the event. What it writes through the same {@code DataSource} commits together with the record,
 * or not at all.
 *
 * <p>What leaves the transaction leaves the promise: a connection or transaction of its own, another thread, a call over
 * the network. Such effects happen at least once, not exactly once.
 *
 * <p>Called by many threads at the same time. If several handlers want an event, they run in the order of their beans
 * ({@code @Order}), in the same transaction.
 */
public interface EventHandler {
    /**
     * Whether this handler wants the event. Called once for every delivery of an event, whether the event turns out to be new or
     * a duplicate, and once for every attempt at an event that waits in the queue; by the thread that receives the delivery,
     * which waits for it, or in a worker's transaction.
     *
     * <p>It must be quick, so it looks at nothing but the event, and never at a database or over the network; and it must be
     * constant: equal events get equal answers, whenever and on whichever node it is asked.
     *
     * @return whether {@link #handle} is to be called for it, if it is new
     * @throws RuntimeException counts as a failure of {@link #handle}: the event waits in the queue, and it is asked again at
     *     every attempt
     */
    boolean handles(Event event);

    /**
     * Makes the business update. Called once in the transaction in which the event turns out to be new. It is called again
     * only in another transaction, after the one before was rolled back; or because an operator wants it repeated.
     *
     * <p>It may take some time, but others wait for it: after {@code inbox.deadline} (by default 1 s) the delivery is answered
     * from the queue while the handler goes on, and after {@code inbox.handler-timeout} (by default 30 s) the thread is
     * interrupted, its connection cut, and the transaction undone.
     *
     * @throws Exception any failure: the transaction is rolled back, and the event waits in the queue to be tried again;
     *     after a {@link PermanentFailure}, for an operator
     */
    void handle(Event event) throws Exception;
}
