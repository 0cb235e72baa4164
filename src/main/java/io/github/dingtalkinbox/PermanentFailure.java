package io.github.dingtalkinbox;

/**
 * Thrown by a handler that knows that trying the event again is of no use, directly or as the cause of another exception: the
 * transaction is rolled back, and the event stays in the queue as a dead letter until an operator replays or discards it. The
 * later events of its ordering key wait behind it. Its message is kept in {@code queued_events.last_error}.
 */
public class PermanentFailure extends RuntimeException {
    public PermanentFailure(String message) {
        super(message);
    }

    public PermanentFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
