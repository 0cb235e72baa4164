package io.github.dingtalkinbox;

/**
 * The database cannot be reached, has gone away in the middle, or has refused to store the event: the delivery is neither
 * known to be processed nor queued, and the sender should deliver it again later. If it was processed after all, that delivery
 * is a duplicate. The callback URL answers 503.
 */
public final class DatabaseUnavailable extends RuntimeException {
    public DatabaseUnavailable(Throwable cause) {
        this("The database is not available", cause);
    }

    public DatabaseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
