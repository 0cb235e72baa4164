package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.internal.processing.Assignment;
import io.github.dingtalkinbox.internal.store.Admission;
import io.github.dingtalkinbox.internal.transaction.Task;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
    private final List<Assignment> assignments;
    private final Set<String> identities;
    private final CompletableFuture<List<Outcome>> result = new CompletableFuture<>();
    private final CompletableFuture<List<Outcome>> awaited = result.copy();
    private volatile boolean isAlone;
    private volatile boolean isHurried;
    private volatile boolean isLate;
    private volatile boolean mayHaveCommitted;

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

    Lane lane() {
        return lane;
    }

    List<Event> events() {
        return events;
    }

    List<Assignment> assignments() {
        return assignments;
    }

    /** By which its twins are known, of which no two are processed at a time. What is only stored has none. */
    Set<String> identities() {
        return identities;
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
        long size = 0;
        for (Event event : events) {
            size += event.payload().jsonb().length();
        }
        return size;
    }

    /** Whether it gets a transaction of its own. */
    boolean isAlone() {
        return isAlone;
    }

    /** Whether it waits no longer for the transactions of its lane that are under way. */
    boolean isHurried() {
        return isHurried;
    }

    void hurry() {
        isHurried = true;
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
     * @throws TimeoutException if the wait was ended before; the transaction goes on
     * @throws Exception what the transaction failed with
     */
    List<Outcome> await() throws Exception {
        return Task.await(awaited);
    }

    /** Releases the waiting caller with a {@link TimeoutException}; the transaction goes on. */
    void endWait() {
        awaited.completeExceptionally(new TimeoutException());
    }

    /** Whether there is a result, whoever still waits for it. */
    boolean hasEnded() {
        return result.isDone();
    }

    /**
     * The result, which is there.
     *
     * @throws Exception what the transaction failed with
     */
    List<Outcome> result() throws Exception {
        return Task.await(result);
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
