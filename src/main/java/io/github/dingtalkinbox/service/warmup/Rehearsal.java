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
 * Does with made-up deliveries what the inbox does with real ones, and undoes it: the first real one then finds
 * connections that are open, and statements that are prepared. No observer is told, no handler runs but the given one.
 *
 * <p>Safe for use by many threads.
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
     * Plays deliveries on those connections that real ones would have, at most {@value #MOST_CONNECTIONS}, on all of them
     * at the same time. Each delivery is received twice, so that the second one is a duplicate.
     *
     * @param times deliveries on each connection
     * @param delivery makes one; its events are the same as no other ones, neither of here nor in the database
     * @param handler takes them, and touches nothing but the database
     * @param limit after which no further one is played
     * @throws TimeoutException if they were not played by then
     * @throws Exception what went wrong first
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
                        // Otherwise one that is over would hand its connection to the next one.
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
                // That is how it was to end.
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

    /** The only end that a transaction has here. */
    private static final class Undone extends Exception {
        private Undone() {
            super("It was only a rehearsal", null, false, false);
        }
    }
}
