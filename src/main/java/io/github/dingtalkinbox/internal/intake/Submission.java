package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.processing.Assignment;
import io.github.dingtalkinbox.internal.store.Admission;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The events of one delivery, on their way through a transaction that they may share.
 *
 * <p>Safe for use by many threads. What is not final is changed by {@link GroupCommit} alone, under its lock.
 */
final class Submission {
    final Lane lane;
    final List<Event> events;

    /** One for each event, if they are to be processed. */
    final List<Assignment> assignments;

    /** By which its twins are known, of which no two are processed at a time. What is only stored has none. */
    final Set<String> identities;

    /** Whether it gets a transaction of its own. */
    volatile boolean isAlone;

    /** Whether it waits no longer for the transactions of its lane that are under way. */
    volatile boolean isHurried;

    /** Whether its caller has given up waiting, and has had its events queued. */
    volatile boolean isLate;

    /** Whether a transaction that it was in was lost at its commit. */
    volatile boolean mayHaveCommitted;

    private final CompletableFuture<List<Outcome>> result = new CompletableFuture<>();
    private final CompletableFuture<List<Outcome>> awaited = result.copy();

    private Submission(Lane lane, List<Event> events, List<Assignment> assignments, Set<String> identities) {
        this.lane = lane;
        this.events = List.copyOf(events);
        this.assignments = assignments;
        this.identities = identities;
        this.isAlone = !lane.isShared();
    }

    /** @param assignments one for each event */
    static Submission toProcess(List<Event> events, List<Assignment> assignments) {
        return new Submission(Lane.processing(assignments), events, assignments, identities(events));
    }

    static Submission toStore(List<Event> events, Admission admission) {
        return new Submission(Lane.storing(admission), events, List.of(), Set.of());
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

    /** In characters. */
    long size() {
        return events.stream()
                .mapToLong(event -> event.payload().jsonb().length())
                .sum();
    }

    /**
     * Waits for the result.
     *
     * @throws TimeoutException if the wait was ended before; the transaction goes on
     * @throws Exception what the transaction failed with
     */
    List<Outcome> await() throws Exception {
        try {
            return awaited.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Releases the waiting caller with a {@link TimeoutException}; the transaction goes on. */
    void endWait() {
        awaited.completeExceptionally(new TimeoutException());
    }

    /** Whether there is a result, even if its caller waits for it no longer. */
    boolean hasSucceeded() {
        return result.isDone() && !result.isCompletedExceptionally();
    }

    /** The result, which is there. */
    List<Outcome> result() {
        return result.join();
    }

    void whenEnded(BiConsumer<@Nullable List<Outcome>, @Nullable Throwable> action) {
        var unused = result.whenComplete(action);
    }

    void succeed(List<Outcome> outcomes) {
        result.complete(outcomes);
    }

    void fail(Throwable failure) {
        result.completeExceptionally(failure);
    }
}
