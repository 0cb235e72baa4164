package io.github.dingtalkinbox.inbox;

/**
 * Some events of a delivery are new and others have to wait in the queue: all of them wait. A place in the queue that is
 * not committed while handlers run would keep everybody else from it.
 */
final class MustWait extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MustWait() {
        super("Some events of the delivery have to wait, so all of them do", null, false, false);
    }
}
