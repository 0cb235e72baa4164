package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A handler that keeps a transaction of a node busy with an event of its own, so that whatever is delivered meanwhile has to
 * wait, and shares the next transaction. For one node.
 */
public final class Gate implements BatchEventHandler {
    /** An event type that nobody else wants. */
    public static final String TYPE = "gate";

    private static final String PREFIX = "default:gate-";
    private static final long PATIENCE = 60;

    private final ExecutorService threads;
    private final Semaphore inside = new Semaphore(0);
    private volatile CountDownLatch opening = new CountDownLatch(0);
    private volatile Future<List<Outcome>> busy = CompletableFuture.completedFuture(List.of());

    /** @param threads on which its own event is delivered */
    public Gate(ExecutorService threads) {
        this.threads = threads;
    }

    /** Whether this is the event of a gate, which all other handlers of its type have to leave alone. */
    public static boolean isItsOwn(Event event) {
        return event.id().startsWith(PREFIX);
    }

    /**
     * Returns as soon as a transaction is busy, which is all that a lane has at first.
     *
     * @param eventType whose lane it is; any, if the node has one connection only
     */
    public void close(Receiver node, String eventType) throws InterruptedException {
        opening = new CountDownLatch(1);
        Event event = TestEvents.event("{\"EventType\":\"%s\",\"CorpId\":\"ding0a1b2c3d4e5f60718\",\"eventId\":\"%s\"}"
                .formatted(eventType, "gate-" + UUID.randomUUID()));
        busy = threads.submit(() -> node.receive(List.of(event)));
        if (!inside.tryAcquire(PATIENCE, TimeUnit.SECONDS)) {
            throw new AssertionError("The gate's own event has found no transaction");
        }
    }

    /** Delivers something while the gate is closed, and returns as soon as it waits. */
    public Future<List<Outcome>> deliver(Receiver node, List<Event> delivery) {
        FutureTask<List<Outcome>> task = new FutureTask<>(() -> node.receive(delivery));
        Thread thread = new Thread(task, "delivery");
        thread.setDaemon(true);
        thread.start();
        await(() -> task.isDone() || isWaiting(thread));
        return task;
    }

    /** Lets go. What waits shares the next transaction, unless it is too much for one. */
    public void open() throws Exception {
        opening.countDown();
        busy.get(PATIENCE, TimeUnit.SECONDS);
    }

    static void await(BooleanSupplier condition) {
        Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(condition::getAsBoolean);
    }

    /** Whether a thread that delivers something waits for the end of a transaction, its own or that of a twin. */
    static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING
                && Stream.of(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(Submission.class.getName()));
    }

    @Override
    public boolean handles(Event event) {
        return isItsOwn(event);
    }

    @Override
    public void handleAll(List<Event> events) throws Exception {
        inside.release(events.size());
        opening.await();
    }
}
