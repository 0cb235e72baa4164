package io.github.dingtalkinbox.internal.store;

import io.github.dingtalkinbox.Event;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where events wait that are accepted and not processed yet. Safe for use by many threads; except for {@link #wake},
 * every call belongs to the transaction of its thread.
 */
public interface Backlog {
    /**
     * Lets events wait.
     *
     * @param events with different ids
     * @return the ids of those that did not wait already, under either of their identities
     */
    Set<String> add(List<Event> events, Admission admission);

    /** The waiting events that are the same as one of these, by either identity; discarded ones too. */
    List<Waiting> find(List<Event> events);

    /** Says that events were added, after their transaction has committed: they need not wait for the next look. */
    void wake();

    /** How many workers process what waits, each with a connection of its own. */
    int workers();

    /**
     * Why events have to wait.
     *
     * @param lateCopy whether their processing may still commit
     * @param failure what it failed with, if it has
     */
    record Admission(boolean lateCopy, @Nullable Throwable failure) {
        /** They were not tried. */
        public static final Admission UNTRIED = new Admission(false, null);

        /** They are being processed still, but have to be answered. */
        public static final Admission LATE = new Admission(true, null);
    }

    /**
     * A waiting event, as far as a duplicate of it needs it.
     *
     * @param receivedAt when the first delivery had arrived
     */
    record Waiting(
            String eventId,
            @Nullable String naturalKey,
            Instant receivedAt,
            ByteBuffer payloadSha256,
            boolean lateCopy) {}
}
