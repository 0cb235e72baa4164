package io.github.dingtalkinbox.internal.stream;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many events are processed at the same time, of all connections of a node together. The others wait for their turn, in
 * the order in which they came: more at once would be refused, because callbacks have a share of what the node may receive.
 *
 * <p>Safe for use by many threads; no call blocks.
 */
final class Turns {
    private final int most;
    private final Set<WaitingEvent> waiting = new LinkedHashSet<>();
    private int taken;

    /** @param most at the same time */
    Turns(int most) {
        this.most = most;
    }

    /**
     * Takes a turn now, or has it come later.
     *
     * @param event begins when the turn has come, unless it has come now
     * @return whether it has come now
     */
    synchronized boolean take(WaitingEvent event) {
        if (taken < most) {
            taken++;
            return true;
        }
        waiting.add(event);
        return false;
    }

    /** Whether it has still waited. Then it never begins. */
    synchronized boolean withdraw(WaitingEvent event) {
        return waiting.remove(event);
    }

    /** Passes a turn on to the next. */
    void end() {
        WaitingEvent next = next();
        while (next != null && !next.begin()) {
            next = next();
        }
    }

    private synchronized @Nullable WaitingEvent next() {
        Iterator<WaitingEvent> first = waiting.iterator();
        if (!first.hasNext()) {
            taken--;
            return null;
        }
        WaitingEvent next = first.next();
        first.remove();
        return next;
    }

    /** Begins when its turn has come. */
    @FunctionalInterface
    interface WaitingEvent {
        /** Begins. If it cannot, it returns false, and leaves the turn to the next one. */
        boolean begin();
    }
}
