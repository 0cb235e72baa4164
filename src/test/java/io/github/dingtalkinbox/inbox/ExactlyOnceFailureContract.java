package io.github.dingtalkinbox.inbox;

import static io.github.dingtalkinbox.event.TestEvents.approvalFinished;
import static io.github.dingtalkinbox.event.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.inbox.Outcome.Duplicate;
import io.github.dingtalkinbox.inbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.inbox.Outcome.Processed;
import io.github.dingtalkinbox.testing.CuttingProxy;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionSynchronization;

/** What exactly once means, for every way in which an event can be received: whatever fails on the way. */
abstract class ExactlyOnceFailureContract extends ContractFixture {
    ExactlyOnceFailureContract(TestDatabase database, Mode mode) {
        super(database, mode);
    }

    @Test
    void aHandlerThatThrowsLeavesNothingAndTheNextDeliveryTakesEffect() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean fails = new AtomicBoolean(true);
        Receiver receiver = receiver(countsEffects, everyEvent(e -> {
            if (fails.getAndSet(false)) {
                throw new IOException("the handler's own");
            }
        }));

        assertThatThrownBy(() -> receiver.receive(List.of(event)))
                .isInstanceOf(IOException.class)
                .hasMessage("the handler's own");
        assertNothingRemainsAndTheNextDeliveryTakesEffect(receiver, event);
    }

    @Test
    void aTwinThatWaitedForAFailingDeliveryTakesEffect() throws Exception {
        Event event = approvalFinished(newId());
        CountDownLatch firstIsInside = new CountDownLatch(1);
        CountDownLatch firstMayFail = new CountDownLatch(1);
        Receiver failing = receiver(countsEffects, everyEvent(e -> {
            firstIsInside.countDown();
            firstMayFail.await();
            throw new IllegalStateException("fails late");
        }));

        Future<List<Outcome>> first = threads.submit(() -> failing.receive(List.of(event)));
        firstIsInside.await();
        Future<List<Outcome>> twin = threads.submit(() -> receiver().receive(List.of(event)));
        awaitALockWait();
        firstMayFail.countDown();

        assertThatThrownBy(first::get).hasRootCauseMessage("fails late");
        assertThat(twin.get()).containsExactly(new Processed(event.id()));
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void aHandlerThatSwallowsAnSqlErrorIsNoticedBeforeTheCommit() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean swallows = new AtomicBoolean(true);
        Receiver receiver = receiver(countsEffects, everyEvent(e -> {
            if (swallows.getAndSet(false)) {
                try {
                    jdbc.sql("insert into no_such_table values (1)").update();
                } catch (DataAccessException swallowed) {
                    assertThat(swallowed).isNotNull();
                }
            }
        }));

        assertThatThrownBy(() -> receiver.receive(List.of(event)))
                .isInstanceOf(TransactionAborted.class)
                .hasMessageContaining("caught an SQL error");
        assertNothingRemainsAndTheNextDeliveryTakesEffect(receiver, event);
    }

    @Test
    void aHandlerThatCommitsTheTransactionIsNoticed() {
        Event event = approvalFinished(newId());
        Receiver receiver = receiver(everyEvent(
                e -> DataSourceUtils.getConnection(database.dataSource()).commit()));

        assertThatThrownBy(() -> receiver.receive(List.of(event)))
                .isInstanceOf(TransactionAborted.class)
                .hasMessageContaining("committed or rolled back");
    }

    @Test
    void anSqlErrorJustBeforeTheCommitIsNoticedThoughSpringSwallowsIt() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean fails = new AtomicBoolean(true);
        Receiver receiver = receiver(
                countsEffects,
                everyEvent(e -> atTheEnd(new TransactionSynchronization() {
                    @Override
                    public void beforeCompletion() {
                        if (fails.getAndSet(false)) {
                            jdbc.sql("insert into no_such_table values (1)").update();
                        }
                    }
                })));

        assertThatThrownBy(() -> receiver.receive(List.of(event)))
                .isInstanceOf(TransactionAborted.class)
                .hasMessageContaining("beforeCompletion");
        assertNothingRemainsAndTheNextDeliveryTakesEffect(receiver, event);
    }

    @Test
    void whatFailsAfterTheCommitDoesNotUndoTheOutcome() throws Exception {
        Event event = approvalFinished(newId());
        Receiver receiver = receiver(
                countsEffects,
                everyEvent(e -> atTheEnd(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        throw new IllegalStateException("too late");
                    }
                })));

        assertThat(receiver.receive(List.of(event))).containsExactly(new Processed(event.id()));
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void aHandlerThatSwallowsTheLossOfItsConnectionIsNoticed() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean kills = new AtomicBoolean(true);
        Receiver receiver = receiver(countsEffects, everyEvent(e -> {
            if (kills.getAndSet(false)) {
                terminate(
                        jdbc.sql("select pg_backend_pid()").query(Integer.class).single());
                try {
                    jdbc.sql("select 1").query(Integer.class).single();
                } catch (DataAccessException swallowed) {
                    assertThat(swallowed).isNotNull();
                }
                jdbc.sql("select 1").query(Integer.class).single();
            }
        }));

        assertThatThrownBy(() -> receiver.receive(List.of(event))).isInstanceOf(DatabaseUnavailable.class);
        assertThat(receiver.receive(List.of(event))).containsExactly(new Processed(event.id()));
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void deliveriesThatDeadlockInTheirHandlersAreTriedAgain() throws Exception {
        Event one = approvalFinished("deadlock-" + newId());
        Event other = approvalFinished("deadlock-" + newId());
        jdbc.sql("drop table if exists balances").update();
        jdbc.sql("create table balances (id integer primary key, amount integer)")
                .update();
        jdbc.sql("insert into balances values (1, 0), (2, 0)").update();
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        Receiver receiver = receiver(everyEvent(e -> {
            boolean isFirst = e.id().equals(one.id());
            add(isFirst ? 1 : 2);
            if (runs.incrementAndGet() <= 2) {
                bothHoldOne.await();
            }
            add(isFirst ? 2 : 1);
        }));

        Future<List<Outcome>> first = threads.submit(() -> receiver.receive(List.of(one)));
        Future<List<Outcome>> second = threads.submit(() -> receiver.receive(List.of(other)));

        assertThat(first.get()).containsExactly(new Processed(one.id()));
        assertThat(second.get()).containsExactly(new Processed(other.id()));
        assertThat(runs).as("one of them ran twice").hasValue(3);
        assertThat(jdbc.sql("select sum(amount) from balances")
                        .query(Integer.class)
                        .single())
                .isEqualTo(4);
    }

    @Test
    void aTransactionManagerOfAnotherDataSourceIsRefused() {
        Event event = approvalFinished(newId());
        try (TestDatabase other = database.another()) {
            Receiver inbox = new Inbox(
                    database.dataSource(), new JdbcTransactionManager(other.dataSource()), List.of(countsEffects));

            assertThatThrownBy(() -> inbox.receive(List.of(event)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("does not manage its data source");
        }
        assertThat(effectsOf(event)).isZero();
        assertThat(jdbc.sql("select count(*) from processed_events where event_id = ?")
                        .param(event.id())
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aConnectionKilledBeforeTheCommitLeavesNothing() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean kills = new AtomicBoolean(true);
        Receiver receiver = receiver(countsEffects, everyEvent(e -> {
            if (kills.getAndSet(false)) {
                terminate(
                        jdbc.sql("select pg_backend_pid()").query(Integer.class).single());
            }
        }));

        assertThatThrownBy(() -> receiver.receive(List.of(event))).isInstanceOf(DatabaseUnavailable.class);
        assertNothingRemainsAndTheNextDeliveryTakesEffect(receiver, event);
    }

    @Test
    void aConnectionKilledDuringTheCommitLeavesNothing() throws Exception {
        Event event = approvalFinished(newId());
        Effects.waitForLockAtCommit(jdbc);
        try (var blocker = database.dataSource().getConnection();
                var statement = blocker.createStatement()) {
            statement.execute("select pg_advisory_lock(4711)");
            Future<List<Outcome>> commit = threads.submit(() -> receiver().receive(List.of(event)));
            terminate(awaitALockWait());
            assertThatThrownBy(commit::get).hasCauseInstanceOf(DatabaseUnavailable.class);
            statement.execute("select pg_advisory_unlock(4711)");
        }

        assertNothingRemainsAndTheNextDeliveryTakesEffect(receiver(), event);
    }

    @Test
    void aConnectionLostAfterTheCommitIsNoOutcomeAndTheNextDeliveryIsADuplicate() throws Exception {
        Event event = approvalFinished(newId());
        try (CuttingProxy proxy = CuttingProxy.to(database);
                TestDatabase throughProxy = proxy.database()) {
            Receiver receiver = receiver(throughProxy, List.of(new Effects(throughProxy.jdbc())));
            receiver.receive(List.of(approvalFinished(newId())));
            proxy.cutAfterNextCommit();

            assertThatThrownBy(() -> receiver.receive(List.of(event))).isInstanceOf(DatabaseUnavailable.class);

            assertThat(effectsOf(event)).as("the commit itself had happened").isOne();
            assertThat(receiver.receive(List.of(event)))
                    .containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        }
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void aDatabaseThatCrashesInTheMiddleLosesNothingAndDoublesNothing(@TempDir Path directory) throws Exception {
        int events = 300;
        try (RestartableServer server = RestartableServer.start(directory.resolve("data"));
                TestDatabase crashing = server.database()) {
            Effects.createTable(crashing.jdbc());
            Receiver receiver = receiver(crashing, List.of(new Effects(crashing.jdbc())));
            Queue<Event> deliveries = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < events; i++) {
                Event event = approvalFinished("crash-" + i);
                deliveries.addAll(List.of(event, event));
            }
            CountDownLatch halfway = new CountDownLatch(events);
            AtomicInteger refused = new AtomicInteger();
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                senders.add(threads.submit(() -> {
                    for (Event e = deliveries.poll(); e != null; e = deliveries.poll()) {
                        deliverUntilAnswered(receiver, e, refused);
                        halfway.countDown();
                    }
                }));
            }
            halfway.await();
            server.crashAndRestart();
            for (Future<?> sender : senders) {
                sender.get();
            }

            assertThat(refused).as("deliveries that met the crash").hasPositiveValue();
            assertThat(crashing.jdbc()
                            .sql("select count(*) filter (where times = 1) = ? and count(*) = ? from effects")
                            .params(events, events)
                            .query(Boolean.class)
                            .single())
                    .as("every event took effect once")
                    .isTrue();
            Invariants.assertNoRow(crashing.jdbc());
        }
    }

    private void add(int id) {
        jdbc.sql("update balances set amount = amount + 1 where id = ?")
                .param(id)
                .update();
    }

    private void assertNothingRemainsAndTheNextDeliveryTakesEffect(Receiver receiver, Event event) throws Exception {
        assertThat(effectsOf(event)).isZero();
        assertThat(receiver.receive(List.of(event))).containsExactly(new Processed(event.id()));
        assertThat(effectsOf(event)).isOne();
    }
}
