package io.github.dingtalkinbox.internal.transaction;

import java.time.Duration;

/** A handler was not done when its time was over: its thread was interrupted, its transaction undone. */
public final class HandlerTimedOut extends RuntimeException {
    HandlerTimedOut(Duration timeLimit) {
        super(
                "The handlers were not done within " + timeLimit.toMillis() + " ms (inbox.handler-timeout; for several"
                        + " deliveries in one transaction twice inbox.deadline): their thread was interrupted and their transaction undone");
    }
}
