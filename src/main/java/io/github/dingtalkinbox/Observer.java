package io.github.dingtalkinbox;

import io.github.dingtalkinbox.Outcome.MatchedBy;
import java.time.Duration;
import java.util.List;

/**
 * Is told what becomes of deliveries and of the events they bring. Every bean of this type is told, in the order of the
 * beans.
 *
 * <p>Except for {@link #handled}, {@link #answered} and {@link #refused}, a call comes after the commit of the transaction
 * that it is about. It cannot undo anything: what an observer throws is logged, and has no other consequence.
 *
 * <p>Called at the same time by the many threads that do the work, each of which waits for it: it must be quick, must not
 * wait for a network or a lock, and must not use the database of the inbox meanwhile.
 */
public interface Observer {
    /** Looks at nothing. */
    Observer NONE = new Observer() {};

    /** A delivery has its outcome. */
    default void answered(Event delivered, Outcome outcome) {}

    /** A delivery has none: nothing of it is known to have been kept, and it has to be delivered again. */
    default void refused(Event delivered, Throwable failure) {}

    /**
     * The handlers of these events have run. Their transaction may still roll back.
     *
     * @param time all of them together took
     */
    default void handled(List<Event> events, Duration time, HandlerResult result) {}

    /**
     * An event has been recorded as processed, and has taken effect.
     *
     * @param isFromQueue whether it had waited
     * @param handlingTime how long its handlers took, together with those of the other events of its transaction
     */
    default void processed(Event event, boolean isFromQueue, Duration handlingTime) {}

    /**
     * A delivery has been recorded as a duplicate.
     *
     * @param sinceFirst time since the first delivery; negative if that had arrived later
     */
    default void duplicate(Event delivered, MatchedBy matchedBy, Duration sinceFirst) {}

    /** An attempt at an event has failed, and there will be another one. */
    default void retrying(Event event) {}

    /** An attempt at an event has failed, and there will be no other one unless an operator says so. */
    default void died(Event event) {}

    /** What came of the handlers. */
    enum HandlerResult {
        /** They have done what they do. */
        OK,
        /** One has thrown, or left a transaction that cannot commit. */
        FAILED,
        /** They were interrupted, because their time was over or the application stopped. */
        ABORTED
    }
}
