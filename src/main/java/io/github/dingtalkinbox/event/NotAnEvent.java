package io.github.dingtalkinbox.event;

/** The text is no event: no JSON object, or one without a non-empty string {@code EventType}. */
public final class NotAnEvent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAnEvent(String message) {
        super(message);
    }
}
