package io.github.dingtalkinbox;

/**
 * Too many deliveries ({@code inbox.max-in-flight}) are being received: this one was not touched, and should be
 * delivered again later. The callback URL answers 503. Has no stack trace.
 */
public final class Overloaded extends RuntimeException {
    public Overloaded(int deliveries) {
        // Without a stack trace: under load it would cost more than the work that is refused.
        super(deliveries + " deliveries are being received at once (inbox.max-in-flight)", null, false, false);
    }
}
