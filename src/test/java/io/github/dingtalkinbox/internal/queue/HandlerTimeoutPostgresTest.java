package io.github.dingtalkinbox.internal.queue;

import static io.github.dingtalkinbox.internal.identity.TestEvents.unordered;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.identity.TestHandlers.Action;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A handler that never returns costs an attempt, and no worker. */
class HandlerTimeoutPostgresTest extends QueueFixture {
    private final Event event = unordered("hanging");
    private final AtomicBoolean hangs = new AtomicBoolean(true);

    HandlerTimeoutPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void aStatementThatHangsIsEnded() throws Exception {
        enqueue(event);

        assertItIsEndedAndTriedAgain(
                e -> jdbc.sql("select pg_sleep(600)").query().singleRow());

        Awaitility.await().until(() -> jdbc.sql("""
                        select not exists (select from pg_stat_activity
                                            where datname = current_database() and state = 'active'
                                              and query like 'select pg_sleep%')
                        """).query(Boolean.class).single());
    }

    @Test
    void aThreadThatWaitsIsInterrupted() throws Exception {
        enqueue(event);
        CountDownLatch interrupted = new CountDownLatch(1);

        assertItIsEndedAndTriedAgain(e -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException ended) {
                interrupted.countDown();
                throw ended;
            }
        });

        interrupted.await();
    }

    @Test
    void aHandlerThatCannotBeInterruptedChangesNothingAnyMore() throws Exception {
        enqueue(event);
        Semaphore end = new Semaphore(0);
        CountDownLatch hasEnded = new CountDownLatch(1);
        Node node = node(e -> {
            try {
                end.acquireUninterruptibly();
                effects(database).handle(e); // a row too many, if it were committed
            } finally {
                hasEnded.countDown();
            }
        });

        TestQueue.runOnce(worker(node), 1);
        assertItFailed();
        node.settle();
        end.release();
        hasEnded.await();

        assertThat(effects()).containsExactly(event.id());
        assertThat(queuedIds()).isEmpty();
    }

    @Test
    void aHandlerThatCannotBeInterruptedHoldsUpNoWorker() throws Exception {
        enqueue(event, unordered("other"));
        Semaphore end = new Semaphore(0);
        Node node = node(e -> {
            if (e.id().equals(event.id())) {
                end.acquireUninterruptibly();
            }
        });
        Dispatcher dispatcher = node.queue().dispatcher(node.processor(), 1, Duration.ofMillis(10));
        dispatcher.start();
        try {
            Awaitility.await().untilAsserted(() -> assertThat(effects())
                    .containsExactlyInAnyOrder(ids(event, unordered("other"))));
        } finally {
            dispatcher.stop();
            end.release(100);
        }
        assertThat(queuedIds()).isEmpty();
    }

    private void assertItIsEndedAndTriedAgain(Action hang) throws Exception {
        Node node = node(hang);
        TestQueue.runOnce(worker(node), 1);

        assertItFailed();
        node.settle();
        assertThat(effects()).containsExactly(event.id());
    }

    private void assertItFailed() {
        assertThat(effects()).isEmpty();
        assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
        assertThat(queued(event).get("last_error")).asString().contains("inbox.handler-timeout");
        assertThat(count("ordering_leases")).isZero();
    }

    /** A node whose handler hangs once. */
    private Node node(Action hang) {
        return Node.on(database)
                .queueing()
                .handlerTimeout(Duration.ofMillis(400))
                .handlers(effects(database), doing(e -> {
                    if (hangs.getAndSet(false)) {
                        hang.run(e);
                    }
                }))
                .build();
    }
}
