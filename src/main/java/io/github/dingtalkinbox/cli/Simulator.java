package io.github.dingtalkinbox.cli;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Plays DingTalk: pushes the events of approvals to a callback URL, some of them twice and some out of order, and checks
 * each reply as DingTalk does. What was refused is not delivered again.
 */
public final class Simulator {
    private static final int RUN_LENGTH = 16;
    private static final long LATEST_TWIN = TimeUnit.MILLISECONDS.toNanos(50);

    private final Simulation.Load load;
    private final String run;
    private final Random random;
    private final Approvals approvals;
    private final Sender sender;
    private final PriorityQueue<Twin> waiting = new PriorityQueue<>(Comparator.comparingLong(Twin::dueAt));
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger twins = new AtomicInteger();

    private Simulator(Simulation simulation, Clock clock, Sender sender) {
        this.load = simulation.load();
        this.run = UUID.randomUUID().toString().replace("-", "").substring(0, RUN_LENGTH);
        this.random = new Random(simulation.seed());
        this.approvals = new Approvals(run, load, clock, random);
        this.sender = sender;
    }

    /**
     * Plays a simulation to its end.
     *
     * @param clock gives the times in the events and URLs
     * @param afterEvent called each time the first delivery of an event has been answered or not, on any thread
     * @return how it was answered; a wrong or missing answer is no exception
     * @throws InterruptedException if the thread was interrupted; deliveries that are under way are not waited for
     */
    public static SimulationResult run(Simulation simulation, Clock clock, Runnable afterEvent)
            throws InterruptedException {
        return new Simulator(simulation, clock, new Sender(simulation, clock, afterEvent)).play();
    }

    private SimulationResult play() throws InterruptedException {
        long start = System.nanoTime();
        Optional<Map<String, Object>> next = approvals.next();
        while (next.isPresent() || !waiting.isEmpty()) {
            sender.awaitFree();
            // A free slot goes to a twin that is due: it would be none if it came much later.
            if (isTwinDue(System.nanoTime() - start)) {
                sender.send(waiting.remove().event(), false);
            } else if (next.isPresent() && nextIsDueAt() <= System.nanoTime() - start) {
                deliverFirst(next.get(), start);
                next = approvals.next();
            } else {
                TimeUnit.NANOSECONDS.sleep(untilSomethingIsDue(next.isPresent(), System.nanoTime() - start));
            }
        }
        sender.awaitAll();
        return result(Duration.ofNanos(System.nanoTime() - start));
    }

    private void deliverFirst(Map<String, Object> event, long start) {
        sender.send(event, true);
        events.incrementAndGet();
        if (random.nextDouble() < load.twins()) {
            long delay = random.nextLong(LATEST_TWIN + 1);
            waiting.add(new Twin(System.nanoTime() - start + delay, otherKeyOrder(event)));
            twins.incrementAndGet();
        }
    }

    private boolean isTwinDue(long now) {
        Twin twin = waiting.peek();
        return twin != null && twin.dueAt() <= now;
    }

    private long nextIsDueAt() {
        return load.rate() == 0 ? 0 : (long) (events.get() * TimeUnit.SECONDS.toNanos(1) / load.rate());
    }

    private long untilSomethingIsDue(boolean more, long now) {
        Twin twin = waiting.peek();
        long twinAt = twin == null ? Long.MAX_VALUE : twin.dueAt();
        return Math.max(0, Math.min(twinAt, more ? nextIsDueAt() : Long.MAX_VALUE) - now);
    }

    private static Map<String, Object> otherKeyOrder(Map<String, Object> event) {
        var names = new ArrayList<>(event.keySet());
        Collections.reverse(names);
        var reversed = new LinkedHashMap<String, Object>();
        names.forEach(name -> reversed.put(name, event.get(name)));
        return reversed;
    }

    private SimulationResult result(Duration elapsed) {
        Tally tally = sender.tally();
        return new SimulationResult(
                run,
                events.get(),
                events.get() + twins.get(),
                twins.get(),
                approvals.outOfOrder(),
                tally.answeredSoFar(),
                tally.refusedByReason(),
                tally.firstRefused(),
                tally.latency(),
                elapsed);
    }

    /** A second delivery that is still to come. */
    private record Twin(long dueAt, Map<String, Object> event) {}
}
