package io.github.dingtalkinbox.internal.queue;

/** A node had begun to process an event and was never heard of again: it crashed, or lost its network. */
final class AbandonedLease extends RuntimeException {
    AbandonedLease(String orderingKey) {
        super("The node that leased " + orderingKey + " did not give the lease back: it has crashed, perhaps because of"
                + " this event");
    }
}
