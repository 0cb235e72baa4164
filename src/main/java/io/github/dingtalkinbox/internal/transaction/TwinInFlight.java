package io.github.dingtalkinbox.internal.transaction;

/** Another transaction has been processing the same event for longer than we wait: what comes of it is not known yet. */
public final class TwinInFlight extends Exception {
    public TwinInFlight(Throwable cause) {
        super("Another transaction is processing the event still", cause);
    }
}
