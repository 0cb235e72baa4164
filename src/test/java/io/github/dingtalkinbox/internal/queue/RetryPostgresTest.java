package io.github.dingtalkinbox.internal.queue;

import static io.github.dingtalkinbox.internal.identity.TestEvents.unordered;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.PermanentFailure;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryPostgresTest extends QueueFixture {
    private final Event event = unordered("failing");

    RetryPostgresTest(TestDatabase database) {
        super(database);
    }

    @Test
    void aHandlerMaySayThatItIsOfNoUse() throws Exception {
        enqueue(event);

        Worker worker = worker(queueing(e -> {
            throw new PermanentFailure("no such employee");
        }));
        TestQueue.runOnce(worker, 10);

        assertThat(queued(event)).containsEntry("state", "dead").containsEntry("attempts", 1);
        assertThat(TestQueue.runOnce(worker(queueing()), 10)).isZero();
    }

    @Test
    void afterTheLastAttemptItIsDead() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Node node = Node.on(database)
                .queueing()
                .maxAttempts(3)
                .handlers(doing(e -> {
                    runs.incrementAndGet();
                    throw new IOException("always");
                }))
                .build();
        enqueue(event);

        for (int look = 0; look < 5; look++) {
            makeDue();
            TestQueue.runOnce(worker(node), 10);
        }

        assertThat(runs).hasValue(3);
        assertThat(queued(event)).containsEntry("state", "dead").containsEntry("attempts", 3);
    }

    /** The attempt of the delivery counts. */
    @Test
    void anEventThatFailedAtItsDeliveryWaitsForItsSecondAttempt() throws Exception {
        Node node = Node.on(database)
                .maxAttempts(2)
                .handlers(doing(e -> {
                    throw new IOException("always");
                }))
                .build();

        assertThat(node.receive(List.of(event))).containsExactly(new Queued(event.id()));
        assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
        makeDue();
        TestQueue.runOnce(worker(node), 10);

        assertThat(queued(event)).containsEntry("state", "dead").containsEntry("attempts", 2);
    }

    @Test
    void everyAttemptThatFailedIsKept() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Node node = Node.on(database)
                .maxAttempts(3)
                .handlers(doing(e -> {
                    throw new IOException("for the " + runs.incrementAndGet() + ". time");
                }))
                .build();

        node.receive(List.of(event));
        for (int look = 0; look < 3; look++) {
            makeDue();
            TestQueue.runOnce(worker(node), 10);
        }

        assertThat(jdbc.sql("""
                        select attempt || ' ' || state_after || ' ' || substring(error from 'for the ..') || ' '
                               || (node is null) || ' ' || (started_at <= failed_at)
                          from inbox.failed_attempts
                         where event_id = ?
                         order by attempt
                        """).param(event.id()).query(String.class).list())
                .containsExactly(
                        "1 retrying for the 1. true true",
                        "2 retrying for the 2. false true",
                        "3 dead for the 3. false true");
    }

    @Test
    void whateverAnErrorSaysItIsNoted() throws Exception {
        String hostile = "\0\uD800x" + "\uD83D\uDE80".repeat(1 << 19);
        Node node = queueing(e -> {
            throw new IllegalStateException(hostile, new IOException(hostile));
        });
        enqueue(event);

        TestQueue.runOnce(worker(node), 10);
        Event delivered = unordered("at its delivery");
        Node sync = Node.on(database)
                .handlers(doing(e -> {
                    throw new IllegalStateException(hostile);
                }))
                .build();
        sync.receive(List.of(delivered));

        assertThat(queued(event)).containsEntry("attempts", 1);
        assertThat(queued(event).get("last_error")).asString().startsWith("java.lang.IllegalStateException: ??x\uD83D");
        assertThat(queued(delivered).get("last_error")).asString().contains("\uD83D\uDE80");
    }

    @Test
    void anErrorOfTheJvmIsAFailedAttempt() throws Exception {
        enqueue(event);

        Worker worker = worker(queueing(e -> {
            throw new StackOverflowError();
        }));
        TestQueue.runOnce(worker, 10);

        assertThat(queued(event)).containsEntry("state", "retrying").containsEntry("attempts", 1);
    }
}
