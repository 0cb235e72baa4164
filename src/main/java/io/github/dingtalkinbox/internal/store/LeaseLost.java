package io.github.dingtalkinbox.internal.store;

/** A lease had run out and somebody else has taken it, so what was done under it must not be committed. */
public final class LeaseLost extends RuntimeException {
    public LeaseLost(String orderingKey) {
        super("The lease on " + orderingKey + " is not ours any more");
    }
}
