package io.github.dingtalkinbox.inbox;

/**
 * The database cannot be reached, or has gone away in the middle: the delivery is not known to be processed, and the
 * sender should deliver it again later.
 */
public final class DatabaseUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DatabaseUnavailable(Throwable cause) {
        super("The database is not available", cause);
    }
}
