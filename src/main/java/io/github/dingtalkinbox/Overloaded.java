package io.github.dingtalkinbox;

/** As many deliveries as may be are being received: this one was not looked at, and should be delivered again later. */
public final class Overloaded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Overloaded(int deliveries) {
        // Without stack trace: under load it would cost more than what it refuses.
        super(deliveries + " deliveries are being received at once (inbox.max-in-flight)", null, false, false);
    }
}
