package io.github.dingtalkinbox;

/**
 * The database cannot be reached, failed during the work, or refused to store the event. It is not known whether the
 * delivery was processed or queued, so the sender should deliver it again; if it was processed, that delivery is a
 * duplicate. The callback URL answers 503.
 */
public final class DatabaseUnavailable extends RuntimeException {
    public DatabaseUnavailable(Throwable cause) {
        this("The database is not available", cause);
    }

    public DatabaseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
