package io.github.dingtalkinbox.internal.store;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Where an event in {@code queued_events} stands. While a worker tries it, it keeps the state that it had. */
public enum QueueState {
    /** Not tried yet. */
    PENDING,
    /** Has failed, will be tried again. */
    RETRYING,
    /** Has failed for good, and waits for an operator. */
    DEAD,
    /** Given up by an operator. */
    DISCARDED;

    /** Those in which something has still to be done about an event. */
    public static final Set<QueueState> OPEN = Collections.unmodifiableSet(EnumSet.of(PENDING, RETRYING, DEAD));

    /**
     * The state of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static QueueState of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** The word in the column {@code state}, on the command line and in the metrics. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
