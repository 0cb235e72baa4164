package io.github.dingtalkinbox.service.simulator;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/**
 * The events of many concurrent approvals. They are created when they are needed, so that a long simulation takes no
 * more memory than a short one. For one thread.
 */
final class Approvals {
    private static final int UNDER_WAY = 20;

    private final String run;
    private final double outOfOrder;
    private final Clock clock;
    private final RandomGenerator random;
    private final List<Deque<Map<String, Object>>> underWay = new ArrayList<>();
    private final AtomicInteger unplanned;
    private final AtomicInteger approvals = new AtomicInteger();
    private final AtomicInteger swapped = new AtomicInteger();

    Approvals(String run, Simulation.Load load, Clock clock, RandomGenerator random) {
        this.run = run;
        this.outOfOrder = load.outOfOrder();
        this.unplanned = new AtomicInteger(load.events());
        this.clock = clock;
        this.random = random;
    }

    /** The next event to deliver; empty at the end. */
    Optional<Map<String, Object>> next() {
        while (underWay.size() < UNDER_WAY && unplanned.get() > 0) {
            underWay.add(begin());
        }
        if (underWay.isEmpty()) {
            return Optional.empty();
        }
        int picked = random.nextInt(underWay.size());
        Map<String, Object> event = underWay.get(picked).remove();
        if (underWay.get(picked).isEmpty()) {
            underWay.remove(picked);
        }
        return Optional.of(event);
    }

    /** How many events come after the one that follows them in their approval. */
    int outOfOrder() {
        return swapped.get();
    }

    private Deque<Map<String, Object>> begin() {
        List<Map<String, Object>> whole = Approval.lifeCycle(run, approvals.incrementAndGet(), clock.millis(), random);
        // The last approval of a run may still be under way when the run ends.
        List<Map<String, Object>> events = whole.subList(0, Math.min(whole.size(), unplanned.get()));
        unplanned.addAndGet(-events.size());
        for (int i = 0; i + 1 < events.size(); i++) {
            if (random.nextDouble() < outOfOrder) {
                Collections.swap(events, i, i + 1);
                swapped.incrementAndGet();
                i++;
            }
        }
        return new ArrayDeque<>(events);
    }
}
