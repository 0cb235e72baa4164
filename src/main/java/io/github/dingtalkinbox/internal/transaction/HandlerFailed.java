package io.github.dingtalkinbox.internal.transaction;

/** The handlers have failed, or the commit of what they did. */
public final class HandlerFailed extends Exception {
    private final Throwable failure;
    private final boolean mayHaveCommitted;

    public HandlerFailed(Throwable failure, boolean mayHaveCommitted) {
        super(failure);
        this.failure = failure;
        this.mayHaveCommitted = mayHaveCommitted;
    }

    /** What a handler threw, or the commit. */
    public Throwable failure() {
        return failure;
    }

    /** Whether the connection was lost, so that it is not known whether the transaction has committed. */
    public boolean mayHaveCommitted() {
        return mayHaveCommitted;
    }
}
