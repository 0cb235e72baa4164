package io.github.dingtalkinbox;

/**
 * Thrown by a handler, directly or as the cause of another exception, if retrying the event is useless: the transaction
 * is rolled back, and the event stays in the queue as a dead letter until an operator replays or discards it. Later
 * events of its ordering key wait behind it. The message is kept in {@code queued_events.last_error}.
 */
public class PermanentFailure extends RuntimeException {
    public PermanentFailure(String message) {
        super(message);
    }

    public PermanentFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
