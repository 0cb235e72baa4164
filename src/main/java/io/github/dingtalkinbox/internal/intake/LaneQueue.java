package io.github.dingtalkinbox.internal.intake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * What waits in a lane, and what runs.
 *
 * <p>Used by {@link GroupCommit} alone, under its lock.
 */
final class LaneQueue {
    private final SharingPolicy policy;
    private final InFlight inFlight;
    private final Deque<Submission> waiting = new ArrayDeque<>();
    private final List<Group> running = new ArrayList<>();

    /** Whether the next events have probably been processed before. */
    private volatile boolean isProbablyKnown;

    LaneQueue(SharingPolicy policy, InFlight inFlight) {
        this.policy = policy;
        this.inFlight = inFlight;
    }

    void add(Submission submission) {
        waiting.addLast(submission);
    }

    /** Whether it was waiting. */
    boolean remove(Submission submission) {
        return waiting.remove(submission);
    }

    int running() {
        return running.size();
    }

    boolean isIdle() {
        return running.isEmpty() && waiting.isEmpty();
    }

    /** Whether another transaction may begin. */
    boolean isReady() {
        for (Submission first : waiting) {
            if (!inFlight.hasTwinOf(first)) {
                return first.isAlone() || first.isHurried() || working() < (waiting.size() < policy.many() ? 1 : 2);
            }
        }
        return false;
    }

    private int working() {
        int working = 0;
        for (Group group : running) {
            working += group.isWorking() ? 1 : 0;
        }
        return working;
    }

    /** What begins now; there is something. */
    Group take() {
        List<Submission> members = new ArrayList<>();
        int events = 0;
        long size = 0;
        for (Iterator<Submission> all = waiting.iterator(); all.hasNext(); ) {
            Submission next = all.next();
            if (inFlight.hasTwinOf(next)) {
                continue;
            }
            events += next.events().size();
            size += next.size();
            boolean isFirst = members.isEmpty();
            if (!isFirst && (next.isAlone() || events > policy.mostEvents() || size > policy.largest())) {
                break;
            }
            members.add(next);
            all.remove();
            if (next.isAlone()) {
                break;
            }
        }
        Group group = new Group(members, policy, isProbablyKnown);
        running.add(group);
        inFlight.enter(group);
        return group;
    }

    /**
     * What ran has ended.
     *
     * @param again what gets a transaction of its own now, before all that waits
     */
    void end(Group group, List<Submission> again) {
        running.remove(group);
        inFlight.leave(group);
        for (int i = again.size() - 1; i >= 0; i--) {
            waiting.addFirst(again.get(i));
        }
    }

    void expectKnown(boolean isProbablyKnown) {
        this.isProbablyKnown = isProbablyKnown;
    }
}
