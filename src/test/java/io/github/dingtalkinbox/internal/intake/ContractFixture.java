package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.event;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.EventHandler;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Processed;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.identity.TestHandlers;
import io.github.dingtalkinbox.internal.identity.TestHandlers.Action;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What the contracts share: a mode, a business update that shows each time it is made, and ways to make trouble. */
@Postgres
public abstract class ContractFixture {
    public final ExecutorService threads = Executors.newCachedThreadPool();
    public final TestDatabase database;
    public final JdbcClient jdbc;
    public final EventHandler countsEffects;
    private final ProcessingMode mode;

    ContractFixture(TestDatabase database, ProcessingMode mode) {
        this.database = database;
        this.mode = mode;
        this.jdbc = database.jdbc();
        this.countsEffects = new Effects(jdbc);
    }

    /** A node in this contract's mode. */
    Node.Builder nodeOn(TestDatabase database) {
        return Node.on(database).mode(mode);
    }

    final Node node(EventHandler... handlers) {
        return nodeOn(database)
                .handlers(handlers.length == 0 ? List.of(countsEffects) : List.of(handlers))
                .build();
    }

    /** Has an event received and, if that only queues it, tried by a worker. */
    final Outcome tryOnce(Node node, Event event) throws Exception {
        Outcome outcome = node.receive(List.of(event)).get(0);
        if (mode == ProcessingMode.QUEUE) {
            node.runWorkersOnce();
        }
        return outcome;
    }

    final boolean isQueueMode() {
        return mode == ProcessingMode.QUEUE;
    }

    static boolean isFirst(Outcome outcome) {
        return outcome instanceof Processed || outcome instanceof Queued;
    }

    Map<String, Object> queued(Event event) {
        return jdbc.sql("select state, attempts, last_error, late_copy from inbox.queued_events where event_id = ?")
                .param(event.id())
                .query()
                .singleRow();
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

    long effectsOf(Event event) {
        return Effects.of(jdbc, event);
    }

    long duplicatesOf(Event event) {
        return jdbc.sql("select count(*) from inbox.duplicate_deliveries where event_id = ?")
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
                .until(this::lockWaits, pids -> !pids.isEmpty())
                .get(0);
    }

    /** The sessions of this database that wait for a lock. */
    final List<Integer> lockWaits() {
        return database.lockWaits();
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

    /** Two business rows, for handlers to lock each other out. */
    final void createBalances() {
        jdbc.sql("drop table if exists balances").update();
        jdbc.sql("create table balances (id integer primary key, amount integer)")
                .update();
        jdbc.sql("insert into balances values (1, 0), (2, 0)").update();
    }

    final void addToBalance(int id) {
        jdbc.sql("update balances set amount = amount + 1 where id = ?")
                .param(id)
                .update();
    }

    final int sumOfBalances() {
        return jdbc.sql("select sum(amount) from balances").query(Integer.class).single();
    }

    static EventHandler everyEvent(Action action) {
        return TestHandlers.everyEvent(action);
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }
}
