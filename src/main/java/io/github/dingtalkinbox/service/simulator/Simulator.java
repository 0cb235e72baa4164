package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.service.audit.JournalEntry;
import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import io.github.dingtalkinbox.service.simulator.Simulation.Load;
import io.github.dingtalkinbox.service.simulator.StreamSimulation.BothWays;
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
 * Plays DingTalk: delivers the events of approvals, some of them twice and some out of order, checks each reply as
 * DingTalk does, and later repeats what was not answered {@code success}.
 */
public final class Simulator {
    private static final int RUN_LENGTH = 16;
    private static final long LATEST_TWIN = TimeUnit.MILLISECONDS.toNanos(50);
    /** How often to check whether the last deliveries were refused and have to be repeated. */
    private static final long GLANCE = TimeUnit.MILLISECONDS.toNanos(10);

    private final Load load;
    private final String run;
    private final Random random;
    private final Approvals approvals;
    private final Carrier carrier;
    private final @Nullable Carrier second;
    private final double secondShare;
    private final Sender sender;
    private final DelayQueue<Push> upcoming = new DelayQueue<>();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger twins = new AtomicInteger();
    private final AtomicInteger bothWays = new AtomicInteger();
    private final AtomicInteger retries = new AtomicInteger();
    private final Runnable afterEvent;

    private Simulator(
            Load load,
            long seed,
            Carrier carrier,
            @Nullable Carrier second,
            double secondShare,
            Clock clock,
            Consumer<JournalEntry> journal,
            Runnable afterEvent) {
        this.load = load;
        this.run = UUID.randomUUID().toString().replace("-", "").substring(0, RUN_LENGTH);
        this.random = new Random(seed);
        this.approvals = new Approvals(run, load, clock, random);
        this.carrier = carrier;
        this.second = second;
        this.secondShare = secondShare;
        this.sender = new Sender(load.concurrency(), clock, journal, this::answered);
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
     * @return how it was answered; a wrong or missing answer is not an exception
     * @throws InterruptedException if the thread was interrupted; running deliveries are not waited for
     */
    public static SimulationResult run(
            Simulation simulation, Clock clock, Consumer<JournalEntry> journal, Runnable afterEvent)
            throws InterruptedException {
        Load load = simulation.load();
        var carrier = new HttpCarrier(simulation.target(), load.timeout(), clock);
        return new Simulator(load, simulation.seed(), carrier, null, 0, clock, journal, afterEvent).play();
    }

    /**
     * Plays a simulation to its end over the connections of a gateway.
     *
     * @param gateway to which the service connects
     * @param clock as above, as are {@code journal} and {@code afterEvent}
     * @return how it was answered
     * @throws StreamSimulation.NotConnected if no connection was open for the limit of the simulation
     * @throws InterruptedException if the thread was interrupted; running deliveries are not waited for
     */
    public static SimulationResult run(
            StreamSimulation simulation,
            PlayedGateway gateway,
            Clock clock,
            Consumer<JournalEntry> journal,
            Runnable afterEvent)
            throws InterruptedException {
        Load load = simulation.load();
        BothWays ways = simulation.bothWays();
        var stream = new StreamCarrier(gateway, simulation);
        Carrier http = ways == null ? null : new HttpCarrier(ways.target(), load.timeout(), clock);
        double share = ways == null ? 0 : ways.share();
        stream.awaitReady();
        try (var disturber = new Disturber(gateway, simulation)) {
            disturber.start();
            return new Simulator(load, simulation.seed(), stream, http, share, clock, journal, afterEvent).play();
        }
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
                due.carrier().awaitReady();
                sender.send(due);
            } else if (next.isPresent() && untilNextIsDue(System.nanoTime() - start) <= 0) {
                carrier.awaitReady();
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
        sender.send(Push.first(carrier, event));
        if (second != null && random.nextDouble() < secondShare) {
            upcoming.add(Push.twin(second, event, random.nextLong(LATEST_TWIN + 1)));
            bothWays.incrementAndGet();
        }
        if (random.nextDouble() < load.twins()) {
            upcoming.add(Push.twin(carrier, event, random.nextLong(LATEST_TWIN + 1)));
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
                events.get() + twins.get() + bothWays.get() + retries.get(),
                twins.get(),
                bothWays.get(),
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
