package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.processing.Assignment;
import io.github.dingtalkinbox.internal.processing.Processor;
import io.github.dingtalkinbox.internal.store.Admission;
import io.github.dingtalkinbox.internal.transaction.Task;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What may share a transaction: deliveries of one lane. A slow lane holds back no other one. */
sealed interface Lane {
    /** Whether its deliveries share transactions at all. */
    boolean isShared();

    /**
     * What a transaction of this lane does.
     *
     * @param beforeCommit done when nothing is left to do but to commit; again, if the transaction has to be tried again
     * @return an outcome for each event of the group, once the transaction is known to have committed
     */
    List<Outcome> run(Processor processor, Task<?> running, Group group, Runnable beforeCommit) throws Exception;

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

        @Override
        public List<Outcome> run(Processor processor, Task<?> running, Group group, Runnable beforeCommit)
                throws Exception {
            return processor.process(running, group.batch(), group.assignments(), group.isShared(), beforeCommit);
        }

        /** That of events that were delivered together. */
        static Processing of(List<Assignment> delivery) {
            Set<String> types = new TreeSet<>();
            boolean isShared = true;
            for (Assignment assignment : delivery) {
                if (assignment.isWanted()) {
                    types.add(assignment.event().type());
                    isShared &= assignment.isShared();
                }
            }
            return new Processing(types, isShared);
        }
    }

    /** To store events in the queue. */
    record Storing(Admission admission) implements Lane {
        /** A failure belongs to its own event. */
        @Override
        public boolean isShared() {
            return admission.failure() == null;
        }

        @Override
        public List<Outcome> run(Processor processor, Task<?> running, Group group, Runnable beforeCommit)
                throws Exception {
            return processor.store(running, group.events(), admission, beforeCommit);
        }
    }
}
