package io.github.dingtalkinbox;

/**
 * Thrown by a handler that knows that trying the event again is of no use: it is not tried again until an operator has
 * replayed it.
 */
public class PermanentFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PermanentFailure(String message) {
        super(message);
    }

    public PermanentFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
