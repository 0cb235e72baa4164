package io.github.dingtalkinbox.bench.process;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.bench.http.Approvals;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What is delivered in one run, read before the clock starts. A twin is taken by the next free caller. */
final class Deliveries {
    private final List<Event> events;
    private final AtomicInteger next = new AtomicInteger();
    private final Set<String> answered = ConcurrentHashMap.newKeySet();
    private final LongAdder errors = new LongAdder();

    private Deliveries(List<Event> events) {
        this.events = events;
    }

    /** @param twins which part of the deliveries are twins of the one before */
    static Deliveries of(int number, double twins, Random random) {
        List<Event> events = new ArrayList<>(number);
        Approvals approvals = new Approvals(Approvals.DEFAULT_BYTES);
        Instant begin = Instant.now();
        while (events.size() < number) {
            Event event = TestEvents.event(approvals.next().json());
            events.add(deliveredAfter(begin, events.size(), event));
            if (events.size() < number && random.nextDouble() < twins / (1 - twins)) {
                events.add(deliveredAfter(begin, events.size(), event));
            }
        }
        return new Deliveries(events);
    }

    /** One after the other, because the table has an index by that time, and where its rows go costs time. */
    private static Event deliveredAfter(Instant begin, int earlier, Event event) {
        return TestEvents.deliveredAt(event, begin.plus(earlier, ChronoUnit.MICROS));
    }

    int number() {
        return events.size();
    }

    /** Takes one delivery after the other until none is left; what fails is counted. */
    int deliverTo(Contender contender) {
        int taken = 0;
        for (int i = next.getAndIncrement(); i < events.size(); i = next.getAndIncrement()) {
            Event event = events.get(i);
            try {
                contender.deliver(event);
                answered.add(event.id());
            } catch (Exception e) {
                errors.increment();
            }
            taken++;
        }
        return taken;
    }

    long errors() {
        return errors.sum();
    }

    /** The events of which a delivery was answered. */
    Set<String> answered() {
        return new HashSet<>(answered);
    }
}
