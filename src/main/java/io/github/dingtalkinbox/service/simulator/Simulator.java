package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.service.audit.JournalEntry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Plays DingTalk: pushes the events of approvals to a callback URL, some of them twice and some out of order, checks
 * each reply as DingTalk does, and later repeats what was not answered {@code success}.
 */
public final class Simulator {
    private static final int RUN_LENGTH = 16;
    private static final long LATEST_TWIN = TimeUnit.MILLISECONDS.toNanos(50);
    /** How often to check whether the last deliveries were refused and have to be repeated. */
    private static final long GLANCE = TimeUnit.MILLISECONDS.toNanos(10);

    private final Simulation.Load load;
    private final String run;
    private final Random random;
    private final Approvals approvals;
    private final Sender sender;
    private final DelayQueue<Push> upcoming = new DelayQueue<>();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger twins = new AtomicInteger();
    private final AtomicInteger retries = new AtomicInteger();
    private final Runnable afterEvent;

    private Simulator(Simulation simulation, Clock clock, Consumer<JournalEntry> journal, Runnable afterEvent) {
        this.load = simulation.load();
        this.run = UUID.randomUUID().toString().replace("-", "").substring(0, RUN_LENGTH);
        this.random = new Random(simulation.seed());
        this.approvals = new Approvals(run, load, clock, random);
        this.sender = new Sender(simulation, clock, journal, this::answered);
        this.afterEvent = afterEvent;
    }

    /** Plays a simulation to its end, without a journal. */
    public static SimulationResult run(Simulation simulation, Clock clock, Runnable afterEvent)
            throws InterruptedException {
        return run(simulation, clock, entry -> {}, afterEvent);
    }

    /**
     * Plays a simulation to its end.
     *
     * @param clock gives the times in the events, URLs and journal
     * @param journal gets each delivery as soon as it has been answered or not, on any thread. If it throws, the
     *     simulation ends with that exception
     * @param afterEvent called each time the first delivery of an event has been answered {@code success} or given up,
     *     on any thread
     * @return how it was answered; a wrong or missing answer is no exception
     * @throws InterruptedException if the thread was interrupted; deliveries that are under way are not waited for
     */
    public static SimulationResult run(
            Simulation simulation, Clock clock, Consumer<JournalEntry> journal, Runnable afterEvent)
            throws InterruptedException {
        return new Simulator(simulation, clock, journal, afterEvent).play();
    }

    private SimulationResult play() throws InterruptedException {
        long start = System.nanoTime();
        Optional<Map<String, Object>> next = approvals.next();
        while (next.isPresent() || !isOver()) {
            sender.awaitFree();
            long wait = next.isPresent() ? untilNextIsDue(System.nanoTime() - start) : GLANCE;
            // A free slot goes to a twin that is due: much later, it would not be a twin.
            Push due = poll(wait);
            if (due != null) {
                sender.send(due);
            } else if (next.isPresent() && untilNextIsDue(System.nanoTime() - start) <= 0) {
                deliverFirst(next.get());
                next = approvals.next();
            }
        }
        sender.requireNoFailure();
        return result(Duration.ofNanos(System.nanoTime() - start));
    }

    /** In this order: a refused delivery is put into the queue before its slot becomes free. */
    private boolean isOver() {
        return sender.isIdle() && upcoming.isEmpty();
    }

    private @Nullable Push poll(long wait) throws InterruptedException {
        return upcoming.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
    }

    private void deliverFirst(Map<String, Object> fields) {
        var event = new PlayedEvent(events.getAndIncrement(), fields);
        sender.send(Push.first(event));
        if (random.nextDouble() < load.twins()) {
            upcoming.add(Push.twin(event, random.nextLong(LATEST_TWIN + 1)));
            twins.incrementAndGet();
        }
    }

    private void answered(Push push, boolean success) {
        if (!success && push.retries() < load.retryAfter().size()) {
            retries.incrementAndGet();
            upcoming.add(push.again(load.retryAfter().get(push.retries()).toNanos()));
            return;
        }
        if (!success) {
            sender.tally().givenUp();
        }
        if (!push.twin()) {
            afterEvent.run();
        }
    }

    private long untilNextIsDue(long now) {
        return load.rate() == 0 ? 0 : (long) (events.get() * TimeUnit.SECONDS.toNanos(1) / load.rate()) - now;
    }

    private SimulationResult result(Duration elapsed) {
        Tally tally = sender.tally();
        return new SimulationResult(
                run,
                events.get(),
                events.get() + twins.get() + retries.get(),
                twins.get(),
                retries.get(),
                approvals.outOfOrder(),
                tally.answeredSoFar(),
                tally.givenUpSoFar(),
                tally.refusedByReason(),
                tally.firstRefused(),
                tally.latency(),
                elapsed);
    }
}
