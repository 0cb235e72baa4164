package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.internal.processing.Assignment;
import io.github.dingtalkinbox.internal.store.Admission;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What may share a transaction: deliveries of one lane. A slow lane holds back no other one.
 *
 * @param admission why the events go to the queue; null: they are processed
 * @param types of the events to be processed, if handlers want them
 * @param isShared whether its deliveries share transactions at all
 */
record Lane(@Nullable Admission admission, Set<String> types, boolean isShared) {
    Lane {
        types = Set.copyOf(types);
    }

    /** To process events that were delivered together: shared if all of their handlers take many events at once. */
    static Lane processing(List<Assignment> delivery) {
        Set<String> types = new TreeSet<>();
        boolean isShared = true;
        for (Assignment assignment : delivery) {
            if (assignment.isWanted()) {
                types.add(assignment.event().type());
                isShared &= assignment.isShared();
            }
        }
        return new Lane(null, types, isShared);
    }

    /** To store events in the queue. A failure belongs to its own event. */
    static Lane storing(Admission admission) {
        return new Lane(admission, Set.of(), admission.failure() == null);
    }
}
