package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.Event;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The events that this process is processing just now. It judges nothing: it only lets a twin wait here, where it costs
 * nothing, rather than in the database, where it would hold a connection.
 *
 * <p>Safe for use by many threads.
 */
final class InFlight {
    private final Set<String> identities = new HashSet<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition someoneLeft = lock.newCondition();

    /**
     * Waits until no twin of these events is in flight, and takes them in.
     *
     * @return whether they are in: false if a twin was still there when the time was over
     */
    boolean enter(List<Event> events, Deadline deadline) throws InterruptedException {
        Set<String> entering = identities(events);
        lock.lockInterruptibly();
        try {
            while (!Collections.disjoint(identities, entering)) {
                if (someoneLeft.awaitNanos(deadline.nanosLeft()) <= 0) {
                    return false;
                }
            }
            return identities.addAll(entering);
        } finally {
            lock.unlock();
        }
    }

    void leave(List<Event> events) {
        lock.lock();
        try {
            identities.removeAll(identities(events));
            someoneLeft.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static Set<String> identities(List<Event> events) {
        Set<String> identities = new HashSet<>();
        for (Event event : events) {
            identities.add(event.id());
            String naturalKey = event.identity().naturalKey();
            if (naturalKey != null) {
                identities.add(naturalKey);
            }
        }
        return identities;
    }
}
