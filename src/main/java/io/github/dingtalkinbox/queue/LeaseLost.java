package io.github.dingtalkinbox.queue;

/** A lease had run out and somebody else has taken it, so what was done under it must not be committed. */
final class LeaseLost extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LeaseLost(String orderingKey) {
        super("The lease on " + orderingKey + " is not ours any more");
    }
}
