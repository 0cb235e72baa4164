package io.github.dingtalkinbox.internal.intake;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Duplicate;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.testing.CuttingProxy;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionSynchronization;

/** What exactly once means, for every way in which an event can be received: whatever fails on the way. */
abstract class ExactlyOnceFailureContract extends ContractFixture {
    ExactlyOnceFailureContract(TestDatabase database, ProcessingMode mode) {
        super(database, mode);
    }

    @Test
    void aHandlerThatThrowsLeavesNothingButTheEventInTheQueue() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean fails = new AtomicBoolean(true);
        Node node = node(countsEffects, everyEvent(e -> {
            if (fails.getAndSet(false)) {
                throw new IOException("the handler's own");
            }
        }));

        tryOnce(node, event);

        assertItWaitsBecauseOf(event, "the handler's own");
        assertItTakesEffectLater(node, event);
    }

    @Test
    void handlersWaitForTheirOwnLocksAsLongAsTheDatabaseLetsThem() throws Exception {
        Event event = approvalFinished(newId());
        String usual = setting("lock_timeout");
        List<String> seen = new CopyOnWriteArrayList<>();
        Node node = node(everyEvent(e -> {
            seen.add(setting("lock_timeout"));
            seen.add(setting("idle_in_transaction_session_timeout"));
        }));

        tryOnce(node, event);

        // The second one: the session of a node that has gone silent ends after the longest handler and 5 s more.
        assertThat(seen).containsExactly(usual, "65s");
    }

    @Test
    void aHandlerThatSwallowsAnSqlErrorIsNoticedBeforeTheCommit() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean swallows = new AtomicBoolean(true);
        Node node = node(countsEffects, everyEvent(e -> {
            if (swallows.getAndSet(false)) {
                try {
                    jdbc.sql("insert into no_such_table values (1)").update();
                } catch (DataAccessException swallowed) {
                    assertThat(swallowed).isNotNull();
                }
            }
        }));

        tryOnce(node, event);

        assertItWaitsBecauseOf(event, "caught an SQL error");
        assertItTakesEffectLater(node, event);
    }

    @Test
    void anSqlErrorJustBeforeTheCommitIsNoticedThoughSpringSwallowsIt() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean fails = new AtomicBoolean(true);
        Node node = node(
                countsEffects,
                everyEvent(e -> atTheEnd(new TransactionSynchronization() {
                    @Override
                    public void beforeCompletion() {
                        if (fails.getAndSet(false)) {
                            jdbc.sql("insert into no_such_table values (1)").update();
                        }
                    }
                })));

        tryOnce(node, event);

        assertItWaitsBecauseOf(event, "beforeCompletion");
        assertItTakesEffectLater(node, event);
    }

    @Test
    void whatFailsAfterTheCommitDoesNotUndoTheOutcome() throws Exception {
        Event event = approvalFinished(newId());
        Node node = node(
                countsEffects,
                everyEvent(e -> atTheEnd(new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        throw new IllegalStateException("too late");
                    }
                })));

        assertThat(tryOnce(node, event)).matches(ContractFixture::isFirst);

        assertThat(effectsOf(event)).isOne();
        assertThat(node.runWorkersOnce()).isZero();
    }

    @Test
    void aHandlerThatSwallowsTheLossOfItsConnectionIsNoticed() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean kills = new AtomicBoolean(true);
        Node node = node(countsEffects, everyEvent(e -> {
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

        tryOnce(node, event);

        assertItTakesEffectLater(node, event);
    }

    @Test
    void aConnectionKilledBeforeTheCommitLeavesNothingButTheEventInTheQueue() throws Exception {
        Event event = approvalFinished(newId());
        AtomicBoolean kills = new AtomicBoolean(true);
        Node node = node(countsEffects, everyEvent(e -> {
            if (kills.getAndSet(false)) {
                terminate(
                        jdbc.sql("select pg_backend_pid()").query(Integer.class).single());
            }
        }));

        tryOnce(node, event);

        assertItTakesEffectLater(node, event);
    }

    @Test
    void aConnectionKilledDuringTheCommitLeavesNothingButTheEventInTheQueue() throws Exception {
        Event event = approvalFinished(newId());
        Effects.waitForLockAtCommit(jdbc);
        Node node = node();
        try (var blocker = database.dataSource().getConnection();
                var statement = blocker.createStatement()) {
            statement.execute("select pg_advisory_lock(4711)");
            Future<Outcome> commit = threads.submit(() -> tryOnce(node, event));
            terminate(awaitALockWait());
            commit.get();
            statement.execute("select pg_advisory_unlock(4711)");
        }

        assertItTakesEffectLater(node, event);
    }

    @Test
    void aConnectionLostAfterACommitDoublesNothingAndLosesNothing() throws Exception {
        Event event = approvalFinished(newId());
        try (CuttingProxy proxy = CuttingProxy.to(database);
                TestDatabase throughProxy = proxy.database()) {
            Node node = nodeOn(throughProxy)
                    .handlers(new Effects(throughProxy.jdbc()))
                    .build();
            node.receive(List.of(approvalFinished(newId())));
            node.settle();
            proxy.cutAfterNextCommit();

            deliverUntilAnswered(node, event, new AtomicInteger());
            node.settle();

            assertThat(node.receive(List.of(event)))
                    .containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        }
        assertThat(effectsOf(event)).isOne();
    }

    @Test
    void aDatabaseThatCrashesInTheMiddleLosesNothingAndDoublesNothing(@TempDir Path directory) throws Exception {
        int least = 300;
        try (RestartableServer server = RestartableServer.start(directory.resolve("data"));
                TestDatabase crashing = server.database()) {
            Effects.createTable(crashing.jdbc());
            Node node = nodeOn(crashing).handlers(new Effects(crashing.jdbc())).build();
            AtomicInteger deliveries = new AtomicInteger();
            CountDownLatch underWay = new CountDownLatch(least);
            AtomicBoolean hasRestarted = new AtomicBoolean();
            AtomicInteger refused = new AtomicInteger();
            List<Future<?>> senders = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                senders.add(threads.submit(() -> {
                    while (!hasRestarted.get()) {
                        int number = deliveries.getAndIncrement();
                        deliverUntilAnswered(node, approvalFinished("crash-" + number / 2), refused);
                        underWay.countDown();
                    }
                }));
            }
            underWay.await();
            server.crashAndRestart();
            hasRestarted.set(true);
            for (Future<?> sender : senders) {
                sender.get();
            }
            node.settle();
            int events = (deliveries.get() + 1) / 2;

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

    private String setting(String name) {
        return jdbc.sql("select current_setting(?)")
                .param(name)
                .query(String.class)
                .single();
    }

    private void assertItWaitsBecauseOf(Event event, String error) {
        assertThat(effectsOf(event)).isZero();
        assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
        assertThat(queued(event).get("last_error")).asString().contains(error);
    }

    private void assertItTakesEffectLater(Node node, Event event) throws Exception {
        node.settle();
        assertThat(effectsOf(event)).isOne();
        assertThat(node.receive(List.of(event))).containsExactly(new Duplicate(event.id(), MatchedBy.EVENT_ID, true));
        assertThat(effectsOf(event)).isOne();
        assertThat(duplicatesOf(event)).isOne();
    }
}
