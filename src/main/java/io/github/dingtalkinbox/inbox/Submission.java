package io.github.dingtalkinbox.inbox;

import io.github.dingtalkinbox.event.Event;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of one delivery, on their way through a transaction that they may share.
 *
 * <p>Safe for use by many threads. What is not final is changed by {@link GroupCommit} alone, under its lock.
 */
final class Submission {
    private final Lane lane;
    private final List<Event> events;
    private final Runnable atEnd;
    private final CompletableFuture<List<Outcome>> result = new CompletableFuture<>();
    private volatile boolean isAlone;
    private volatile boolean isLate;
    private volatile boolean mayHaveCommitted;

    /** @param atEnd done once, when it has its result, and before anybody is told */
    Submission(Lane lane, List<Event> events, Runnable atEnd) {
        this.lane = lane;
        this.events = List.copyOf(events);
        this.atEnd = atEnd;
        this.isAlone = !lane.isShared();
    }

    Lane lane() {
        return lane;
    }

    List<Event> events() {
        return events;
    }

    /** In characters. */
    long size() {
        return events.stream().mapToLong(e -> e.payload().jsonb().length()).sum();
    }

    /** Whether it gets a transaction of its own. */
    boolean isAlone() {
        return isAlone;
    }

    /** Whether whoever waited for it has given up, and has had its events queued. */
    boolean isLate() {
        return isLate;
    }

    /** Whether a transaction that it was in was lost at its commit. */
    boolean mayHaveCommitted() {
        return mayHaveCommitted;
    }

    void markLate() {
        isLate = true;
    }

    void separate(boolean mayHaveCommitted) {
        this.isAlone = true;
        this.mayHaveCommitted |= mayHaveCommitted;
    }

    /**
     * Waits for the result.
     *
     * @param nanos at most
     * @throws TimeoutException if it is not there by then; the transaction goes on
     * @throws Exception what the transaction failed with
     */
    List<Outcome> await(long nanos) throws Exception {
        return Attempt.await(result, nanos);
    }

    void whenEnded(BiConsumer<@Nullable List<Outcome>, @Nullable Throwable> action) {
        var unused = result.whenComplete(action);
    }

    void succeed(List<Outcome> outcomes) {
        atEnd.run();
        result.complete(outcomes);
    }

    void fail(Throwable failure) {
        atEnd.run();
        result.completeExceptionally(failure);
    }
}
