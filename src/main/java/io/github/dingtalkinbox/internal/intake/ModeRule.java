package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Event;
import java.util.function.Predicate;

/**
 * Which events wait in the queue before anything is tried with them.
 *
 * @param isForQueue the events that wait because the configuration says so
 */
record ModeRule(Predicate<Event> isForQueue) {
    /**
     * Whether an event must not be processed in the transaction that records it. One that is known by its content alone must
     * not: while that transaction ran, nothing could queue a copy of it, because both need the row of the content in
     * {@code identity_windows}.
     */
    boolean hasToWait(Event event) {
        return event.identity().window() != null || isForQueue.test(event);
    }
}
