package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.internal.store.Backlog.Admission;
import java.util.Set;

/** What may share a transaction: deliveries of one lane. A slow lane holds back no other one. */
sealed interface Lane {
    /** Whether its deliveries share transactions at all. */
    boolean isShared();

    /**
     * To process events.
     *
     * @param types of the events that handlers want; empty for those that none does
     * @param isShared whether all of these handlers take many events at once
     */
    record Processing(Set<String> types, boolean isShared) implements Lane {
        public Processing {
            types = Set.copyOf(types);
        }
    }

    /** To store events in the queue. */
    record Storing(Admission admission) implements Lane {
        /** A failure belongs to its own event. */
        @Override
        public boolean isShared() {
            return admission.failure() == null;
        }
    }
}
