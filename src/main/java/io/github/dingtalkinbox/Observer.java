package io.github.dingtalkinbox;

import io.github.dingtalkinbox.Outcome.MatchedBy;
import java.time.Duration;
import java.util.List;

/**
 * Is told what becomes of deliveries and their events. All beans of this type are called, in their order.
 *
 * <p>Except for {@link #handled}, {@link #answered} and {@link #refused}, a call comes after the commit of its
 * transaction. An observer cannot undo anything: what it throws is logged, and has no other effect.
 *
 * <p>The many threads that do the work call it at the same time, and wait for it: it must be quick, must not wait for a
 * network or a lock, and must not use the database of the inbox.
 */
public interface Observer {
    /**
     * A delivery has its outcome. Called by the thread that received it, once for each of its events, before the sender
     * is answered.
     */
    default void answered(Event delivered, Outcome outcome) {}

    /**
     * A delivery failed: it may not have been stored, and has to be delivered again. Called by the thread that received
     * it, once for each of its events, before the sender is answered.
     */
    default void refused(Event delivered, Throwable failure) {}

    /**
     * The handlers of these events have run, or none wanted them. Called at the end of their transaction, which may
     * still roll back. Not called if the handlers of a shared transaction failed: each delivery is then tried again
     * alone.
     *
     * @param events of one transaction, at least one
     * @param time that all of the handlers took together
     */
    default void handled(List<Event> events, Duration time, HandlerResult result) {}

    /**
     * An event was recorded as processed, and has taken effect. Called once for each event, after the commit.
     *
     * @param isFromQueue whether it was queued before
     * @param handlingTime how long its handlers took, including those of the other events of its transaction
     */
    default void processed(Event event, boolean isFromQueue, Duration handlingTime) {}

    /**
     * A delivery was recorded as a duplicate. Called after the commit, once for each of its events that is a duplicate.
     *
     * @param sinceFirst time since the first delivery; negative if that one arrived later
     */
    default void duplicate(Event delivered, MatchedBy matchedBy, Duration sinceFirst) {}

    /** An attempt at an event failed, and there will be another. Called after that was recorded. */
    default void retrying(Event event) {}

    /**
     * An attempt at an event failed, and there will be no other unless an operator replays it. Called after that was
     * recorded.
     */
    default void died(Event event) {}

    /** How the handlers ended. */
    enum HandlerResult {
        /** They completed. */
        OK,
        /** One has thrown, or the transaction can no longer commit. */
        FAILED,
        /** They were interrupted: their time was over, or the application stopped. */
        ABORTED
    }
}
