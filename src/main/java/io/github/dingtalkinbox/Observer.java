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
    /**
     * A delivery has its outcome. Called by the thread that received it, once for each of its events, before the sender is
     * answered.
     */
    default void answered(Event delivered, Outcome outcome) {}

    /**
     * A delivery has none: nothing of it is known to have been kept, and it has to be delivered again. Called by the thread
     * that received it, once for each of its events, before the sender is answered.
     */
    default void refused(Event delivered, Throwable failure) {}

    /**
     * The handlers of these events have run, or none wanted them. Called at the end of their transaction, which may still roll
     * back. Not called when the handlers of a shared transaction have failed: each delivery is tried again alone.
     *
     * @param events of one transaction, at least one
     * @param time all of the handlers together took
     */
    default void handled(List<Event> events, Duration time, HandlerResult result) {}

    /**
     * An event has been recorded as processed, and has taken effect. Called once for each event, after the commit.
     *
     * @param isFromQueue whether it had waited
     * @param handlingTime how long its handlers took, together with those of the other events of its transaction
     */
    default void processed(Event event, boolean isFromQueue, Duration handlingTime) {}

    /**
     * A delivery has been recorded as a duplicate. Called after the commit, once for each of its events that is one.
     *
     * @param sinceFirst time since the first delivery; negative if that had arrived later
     */
    default void duplicate(Event delivered, MatchedBy matchedBy, Duration sinceFirst) {}

    /** An attempt at an event has failed, and there will be another one. Called after that has been written down. */
    default void retrying(Event event) {}

    /**
     * An attempt at an event has failed, and there will be no other one unless an operator replays it. Called after that has
     * been written down.
     */
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
