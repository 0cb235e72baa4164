package io.github.dingtalkinbox;

/**
 * The text is not an event: it is not a JSON object, or has no non-empty string {@code EventType}. Delivering it again
 * is useless; the callback URL answers 400.
 */
public final class NotAnEvent extends RuntimeException {
    public NotAnEvent(String message) {
        super(message);
    }
}
