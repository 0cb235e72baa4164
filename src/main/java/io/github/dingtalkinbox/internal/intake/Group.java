package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.processing.Assignment;
import io.github.dingtalkinbox.internal.store.Batch;
import java.util.List;

/** The deliveries of one transaction, in the order of their arrival. */
final class Group {
    private final List<Submission> members;
    private final boolean isProbablyKnown;
    private volatile boolean isWorking = true;

    /**
     * @param members of one lane, at least one
     * @param isProbablyKnown whether most of their events have probably been processed
     */
    Group(List<Submission> members, boolean isProbablyKnown) {
        this.members = List.copyOf(members);
        this.isProbablyKnown = isProbablyKnown;
    }

    Lane lane() {
        return members.get(0).lane;
    }

    List<Submission> members() {
        return members;
    }

    List<Event> events() {
        return members.stream().flatMap(m -> m.events.stream()).toList();
    }

    List<Assignment> assignments() {
        return members.stream().flatMap(m -> m.assignments.stream()).toList();
    }

    boolean isShared() {
        return members.size() > 1;
    }

    /** As the store records them. */
    Batch batch(SharingPolicy policy) {
        return new Batch(
                events(),
                isShared() ? policy.longestSharedWait() : policy.longestWait(),
                isProbablyKnown,
                event -> members.stream().anyMatch(m -> (m.isLate || m.mayHaveCommitted) && m.events.contains(event)));
    }

    /** Whether its transaction has anything left to do but to commit. */
    boolean isWorking() {
        return isWorking;
    }

    void stopWorking() {
        isWorking = false;
    }

    void succeed(List<Outcome> outcomes) {
        int from = 0;
        for (Submission member : members) {
            int to = from + member.events.size();
            member.succeed(List.copyOf(outcomes.subList(from, to)));
            from = to;
        }
    }
}
