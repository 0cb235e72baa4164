package io.github.dingtalkinbox;

/**
 * As many deliveries as may be ({@code inbox.max-in-flight}) are being received: nothing was done with this one, and it should
 * be delivered again later. The callback URL answers 503. Has no stack trace.
 */
public final class Overloaded extends RuntimeException {
    public Overloaded(int deliveries) {
        // Without stack trace: under load it would cost more than what it refuses.
        super(deliveries + " deliveries are being received at once (inbox.max-in-flight)", null, false, false);
    }
}
