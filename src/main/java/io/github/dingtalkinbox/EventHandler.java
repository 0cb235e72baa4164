package io.github.dingtalkinbox;

/**
 * The business update of an event. A bean of this type is called for every event that it {@link #handles}, in the
 * transaction that records the event. What it writes through the same {@code DataSource} commits together with the
 * record, or not at all.
 *
 * <p>Exactly once holds only inside this transaction. Anything outside it (another connection or transaction, another
 * thread, a call over the network) happens at least once, not exactly once.
 *
 * <p>Many threads call it at the same time. If several handlers want an event, they run in the order of their beans
 * ({@code @Order}), in the same transaction.
 */
public interface EventHandler {
    /**
     * Whether this handler wants the event. Called once for every delivery of an event, new or duplicate, by the thread
     * that receives it, which waits for the answer; and once for every attempt at a queued event, in the transaction of
     * the worker.
     *
     * <p>It must be quick: it may look only at the event, and must not use a database or the network. And it must be
     * constant: equal events get equal answers, at any time and on every node.
     *
     * @return whether {@link #handle} is to be called for it, if it is new
     * @throws RuntimeException counts as a failure of {@link #handle}: the event is queued, and this method is called
     *     again at every attempt
     */
    boolean handles(Event event);

    /**
     * Makes the business update. Called once in the transaction in which the event turns out to be new. It is called
     * again only in another transaction, after the previous one was rolled back, or when an operator asks for a
     * repetition.
     *
     * <p>It may take some time, but others wait for it. After {@code inbox.deadline} (by default 1 s), the event is
     * also queued and the delivery answered, while the handler goes on. After {@code inbox.handler-timeout} (by default
     * 30 s), the thread is interrupted, its connection cut, and the transaction undone.
     *
     * @throws Exception any failure: the transaction is rolled back, and the event is queued for another attempt; after
     *     a {@link PermanentFailure}, for an operator
     */
    void handle(Event event) throws Exception;
}
