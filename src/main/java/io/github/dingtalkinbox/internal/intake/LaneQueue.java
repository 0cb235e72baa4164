package io.github.dingtalkinbox.internal.intake;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * What waits in a lane, and what runs.
 *
 * <p>Used by {@link GroupCommit} alone, under its lock.
 */
final class LaneQueue {
    private final SharingPolicy policy;
    private final Set<String> inFlight;
    private final Deque<Submission> waiting = new ArrayDeque<>();
    private final List<Group> running = new ArrayList<>();

    /** Whether the next events have probably been processed before. */
    private boolean isProbablyKnown;

    /** @param inFlight what the events of all running transactions are known by */
    LaneQueue(SharingPolicy policy, Set<String> inFlight) {
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
            if (!hasTwinInFlight(first)) {
                return first.isAlone || first.isHurried || working() < (waiting.size() < policy.many() ? 1 : 2);
            }
        }
        return false;
    }

    private boolean hasTwinInFlight(Submission submission) {
        return !Collections.disjoint(submission.identities, inFlight);
    }

    private long working() {
        return running.stream().filter(Group::isWorking).count();
    }

    /** What begins now; there is something. */
    Group take() {
        List<Submission> members = new ArrayList<>();
        int events = 0;
        long size = 0;
        for (Iterator<Submission> all = waiting.iterator(); all.hasNext(); ) {
            Submission next = all.next();
            if (hasTwinInFlight(next)) {
                continue;
            }
            events += next.events.size();
            size += next.size();
            boolean isFirst = members.isEmpty();
            if (!isFirst && (next.isAlone || events > policy.mostEvents() || size > policy.largest())) {
                break;
            }
            members.add(next);
            all.remove();
            if (next.isAlone) {
                break;
            }
        }
        Group group = new Group(members, isProbablyKnown);
        running.add(group);
        members.forEach(member -> inFlight.addAll(member.identities));
        return group;
    }

    /**
     * What ran has ended.
     *
     * @param again what gets a transaction of its own now, before all that waits
     */
    void end(Group group, List<Submission> again) {
        running.remove(group);
        group.members().forEach(member -> inFlight.removeAll(member.identities));
        for (int i = again.size() - 1; i >= 0; i--) {
            waiting.addFirst(again.get(i));
        }
    }

    void expectKnown(boolean isProbablyKnown) {
        this.isProbablyKnown = isProbablyKnown;
    }
}
