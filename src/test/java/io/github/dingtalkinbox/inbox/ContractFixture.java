package io.github.dingtalkinbox.inbox;

import static io.github.dingtalkinbox.event.TestEvents.event;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.event.EventHandler;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What the contracts share: a mode, a business update that shows each time it is made, and ways to make trouble. */
@Postgres
abstract class ContractFixture {
    final ExecutorService threads = Executors.newCachedThreadPool();
    final TestDatabase database;
    final JdbcClient jdbc;
    final EventHandler countsEffects;
    private final Mode mode;

    ContractFixture(TestDatabase database, Mode mode) {
        this.database = database;
        this.mode = mode;
        this.jdbc = database.jdbc();
        this.countsEffects = new Effects(jdbc);
    }

    final Receiver receiver(TestDatabase database, List<EventHandler> handlers) {
        return mode.receiver(database, handlers);
    }

    @BeforeEach
    void createEffects() {
        Effects.createTable(jdbc);
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
        Invariants.assertNoRow(jdbc);
    }

    static void atTheEnd(TransactionSynchronization action) {
        TransactionSynchronizationManager.registerSynchronization(action);
    }

    static void deliverUntilAnswered(Receiver receiver, Event event, AtomicInteger refused) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .pollDelay(Duration.ZERO)
                .until(() -> {
                    try {
                        return receiver.receive(List.of(event)).size() == 1;
                    } catch (DatabaseUnavailable e) {
                        refused.incrementAndGet();
                        return false;
                    }
                });
    }

    final Receiver receiver(EventHandler... handlers) {
        return receiver(database, handlers.length == 0 ? List.of(countsEffects) : List.of(handlers));
    }

    long effectsOf(Event event) {
        return Effects.of(jdbc, event);
    }

    long duplicatesOf(Event event) {
        return jdbc.sql("select count(*) from duplicate_deliveries where event_id = ?")
                .param(event.id())
                .query(Long.class)
                .single();
    }

    void terminate(int pid) {
        // On a connection of its own: the caller's may be the one to die.
        try (TestDatabase other = database.another()) {
            other.jdbc()
                    .sql("select pg_terminate_backend(?, 5000)")
                    .param(pid)
                    .query(Boolean.class)
                    .single();
        }
    }

    /** Waits until a session of this database waits for a lock, and tells which. */
    int awaitALockWait() {
        return Awaitility.await()
                .until(
                        () -> jdbc.sql(
                                        "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                                .query(Integer.class)
                                .list(),
                        pids -> !pids.isEmpty())
                .get(0);
    }

    List<Outcome> atTheSameMoment(int deliveries, Callable<List<Outcome>> delivery) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(deliveries);
        List<Future<List<Outcome>>> results = new ArrayList<>();
        for (int i = 0; i < deliveries; i++) {
            results.add(threads.submit(() -> after(barrier, delivery)));
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<List<Outcome>> result : results) {
            outcomes.addAll(result.get());
        }
        return outcomes;
    }

    static <T> T after(CyclicBarrier barrier, Callable<T> action) throws Exception {
        barrier.await();
        return action.call();
    }

    static EventHandler everyEvent(Action action) {
        return new EventHandler() {
            @Override
            public boolean handles(Event event) {
                return true;
            }

            @Override
            public void handle(Event event) throws Exception {
                action.run(event);
            }
        };
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    /** What a handler does. */
    interface Action {
        void run(Event event) throws Exception;
    }

    /** A way in which events are received. */
    interface Mode {
        /** The event is processed before its delivery is answered. */
        Mode SYNC = (database, handlers) ->
                new Inbox(database.dataSource(), new JdbcTransactionManager(database.dataSource()), handlers);

        Receiver receiver(TestDatabase database, List<EventHandler> handlers);
    }
}
