package io.github.dingtalkinbox.service.warmup;

import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.intake.Inbox;
import io.github.dingtalkinbox.internal.store.Admission;
import io.github.dingtalkinbox.internal.store.Batch;
import io.github.dingtalkinbox.internal.store.EventStore;
import io.github.dingtalkinbox.internal.transaction.Deadline;
import io.github.dingtalkinbox.internal.transaction.ProvenTransactions;
import io.github.dingtalkinbox.internal.transaction.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Does with made-up deliveries what the inbox does with real ones, and rolls it back: the first real one then finds
 * open connections and prepared statements. Observers are not called, and only the given handler runs.
 */
final class Rehearsal {
    private static final int MOST_CONNECTIONS = 8;

    /** Made-up events have no twins to wait for. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private final Inbox inbox;
    private final ProvenTransactions transactions;
    private final EventStore store;
    private final int connections;

    /** @param connections that process deliveries */
    Rehearsal(Inbox inbox, ProvenTransactions transactions, EventStore store, int connections) {
        this.inbox = inbox;
        this.transactions = transactions;
        this.store = store;
        this.connections = Math.min(connections, MOST_CONNECTIONS);
    }

    /**
     * Plays deliveries at the same time on all connections that real ones would have, at most {@value
     * #MOST_CONNECTIONS}. Each delivery is received twice, so that the second one is a duplicate.
     *
     * @param times deliveries on each connection
     * @param delivery creates one whose events are new
     * @param handler takes them, and uses only the database
     * @param limit after which no further one is played
     * @throws TimeoutException if they were not finished by then
     * @throws Exception the first failure
     */
    void play(int times, Supplier<List<Event>> delivery, BatchEventHandler handler, Duration limit) throws Exception {
        Deadline deadline = Deadline.in(limit);
        CountDownLatch begun = new CountDownLatch(connections);
        List<Task<Void>> running = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            running.add(transactions.start(
                    List.of(),
                    transactions.timeLimit(),
                    task -> {
                        begun.countDown();
                        // Otherwise a finished one would pass its connection to the next one.
                        boolean inTime = begun.await(deadline.nanosLeft(), TimeUnit.NANOSECONDS);
                        for (int k = 0; k < times && inTime && deadline.nanosLeft() > 0; k++) {
                            play(delivery.get(), handler);
                        }
                        throw new Undone();
                    },
                    Function.identity()));
        }
        for (Task<Void> task : running) {
            try {
                task.await(deadline.nanosLeft());
            } catch (Undone e) {
                // The intended end.
            } catch (TimeoutException e) {
                throw new TimeoutException("The database has not answered in time");
            }
        }
    }

    private void play(List<Event> events, BatchEventHandler handler) throws Exception {
        Batch batch = new Batch(events, LONGEST_WAIT, false, event -> false);
        if (inbox.hasToWait(events)) {
            store.enqueue(batch, Admission.UNTRIED);
            store.enqueue(batch, Admission.UNTRIED);
        } else {
            store.record(batch);
            handler.handleAll(events);
            store.record(batch);
        }
    }

    /** Ends every transaction here. */
    private static final class Undone extends Exception {
        private Undone() {
            super("It was only a rehearsal", null, false, false);
        }
    }
}
