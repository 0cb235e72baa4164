package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.Event;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The events that this process is processing just now. It judges nothing: it only lets a twin wait here, where it costs
 * nothing, rather than in the database, where it would hold a connection, and the transaction that it shares.
 *
 * <p>Safe for use by many threads.
 */
final class InFlight {
    private final Map<String, CountDownLatch> exits = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * Waits until no twin of these events is in flight, and takes them in.
     *
     * @return whether they are in: false if a twin was still there when the time was over
     */
    boolean enter(List<Event> events, Deadline deadline) throws InterruptedException {
        Set<String> identities = identities(events);
        CountDownLatch exit = new CountDownLatch(1);
        while (true) {
            CountDownLatch exitOfTwin = enterUnlessTwin(identities, exit);
            if (exitOfTwin == null) {
                return true;
            }
            if (!exitOfTwin.await(deadline.nanosLeft(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
    }

    void leave(List<Event> events) {
        Set<CountDownLatch> left = new HashSet<>();
        lock.lock();
        try {
            identities(events).forEach(identity -> left.add(Objects.requireNonNull(exits.remove(identity))));
        } finally {
            lock.unlock();
        }
        left.forEach(CountDownLatch::countDown);
    }

    private @Nullable CountDownLatch enterUnlessTwin(Set<String> identities, CountDownLatch exit) {
        lock.lock();
        try {
            for (String identity : identities) {
                CountDownLatch exitOfTwin = exits.get(identity);
                if (exitOfTwin != null) {
                    return exitOfTwin;
                }
            }
            identities.forEach(identity -> exits.put(identity, exit));
            return null;
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
