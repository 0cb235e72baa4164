package io.github.dingtalkinbox.internal.seal;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How fast an hour is sealed and checked, and what that costs the receiver meanwhile. For figures: {@code mvn test
 * -Dtest=SealRatePostgresTest -Dseals.events=100000}.
 */
@Postgres
class SealRatePostgresTest {
    private static final int EVENTS = Integer.getInteger("seals.events", 500);
    private static final int ROUNDS = 3;
    private static final int CLIENTS = 8;

    private final SealFixture log;
    private final Node node;
    private final AtomicInteger received = new AtomicInteger();

    SealRatePostgresTest(TestDatabase database) {
        this.log = new SealFixture(database);
        this.node = Node.on(database).build();
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void aBusyHourIsSealedAndChecked() throws Exception {
        log.jdbc().sql("""
                        insert into inbox.processed_events
                               (event_id, app, corp_id, event_type, transport, received_at, processed_at, payload,
                                payload_sha256)
                        select md5(n::text), 'default', 'ding1', 'type-' || n % 10, 'http', now(),
                               timestamptz '2025-03-04T01:00:00Z' + n % 3600 * interval '1 second',
                               jsonb_build_object('EventType', 'x', 'text', repeat(md5(n::text), 30)), sha256('x')
                          from generate_series(1, :events) n
                        """).param("events", EVENTS).update();
        log.clock("2025-03-04T02:10:00Z");
        long start = System.nanoTime();
        assertThat(log.sealer().runOnce()).isEqualTo(1);
        long sealed = System.nanoTime();
        assertThat(log.verify()).isEmpty();
        print("sealed", sealed - start, EVENTS);
        print("checked", System.nanoTime() - sealed, EVENTS);

        long alone = 0;
        long beside = 0;
        receive();
        for (int round = 0; round < ROUNDS; round++) {
            alone += receive();
            beside += receiveBesideASealer();
        }
        print("received", alone, ROUNDS * EVENTS / 10);
        print("received beside a sealer", beside, ROUNDS * EVENTS / 10);
        System.out.printf("ratio %.2f%n", (double) alone / beside);
    }

    /** One that seals the same hour again and again. */
    private long receiveBesideASealer() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger hours = new AtomicInteger();
        var session = log.session();
        Thread thread = new Thread(() -> {
            do { // once at least, however late it begins
                log.jdbc().sql("truncate inbox.event_seals").update();
                hours.addAndGet(new Sealer(session, TestSeals.KEYS, new SealHeads(List.of())).runOnce());
            } while (!done.get());
        });
        thread.start();
        long time = receive();
        done.set(true);
        thread.join();
        assertThat(hours.get()).isPositive();
        return time;
    }

    private long receive() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<Object>> deliveries = new ArrayList<>();
            for (int i = 0; i < EVENTS / 10; i++) {
                String id = "rate-" + received.incrementAndGet();
                deliveries.add(() -> node.receive(List.of(approvalFinished(id))));
            }
            long start = System.nanoTime();
            for (Future<Object> delivery : clients.invokeAll(deliveries)) {
                assertThat(delivery.get()).isNotNull();
            }
            return System.nanoTime() - start;
        } finally {
            clients.shutdownNow();
        }
    }

    private static void print(String what, long nanos, int events) {
        System.out.printf(
                "%s %d events in %d ms: %.0f a second%n",
                what, events, Duration.ofNanos(nanos).toMillis(), events * 1e9 / nanos);
    }
}
