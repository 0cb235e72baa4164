package io.github.dingtalkinbox;

/**
 * The text is no event: no JSON object, or one without a non-empty string {@code EventType}. Delivering it again is of no use;
 * the callback URL answers 400.
 */
public final class NotAnEvent extends RuntimeException {
    public NotAnEvent(String message) {
        super(message);
    }
}
