package io.github.dingtalkinbox.internal.telemetry;

import static io.github.dingtalkinbox.internal.identity.TestEvents.approvalFinished;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.Queued;
import io.github.dingtalkinbox.Overloaded;
import io.github.dingtalkinbox.PermanentFailure;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.identity.TestHandlers;
import io.github.dingtalkinbox.internal.identity.TestHandlers.Action;
import io.github.dingtalkinbox.internal.intake.Node;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;

/** Each metric moves when what it counts has happened, and nothing else moves. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class InboxMetersPostgresTest {
    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final EventReader READER = new EventReader(Map.of());

    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    InboxMetersPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @BeforeEach
    void empty() {
        jdbc.sql(
                        "truncate inbox.processed_events, inbox.duplicate_deliveries, inbox.identity_windows, inbox.queued_events, inbox.accepted_events")
                .update();
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        Invariants.assertNoRow(jdbc);
    }

    @Test
    void anEventAndItsTwin() throws Exception {
        Node node = node(event -> {}).build();

        node.receive(List.of(delivered("twins", NOON)));
        assertThat(counts()).isEqualTo(Map.of("deliveries/processed", 1L, "processed/direct", 1L, "handler/ok", 1L));

        node.receive(List.of(delivered("twins", NOON.plusMillis(10_500))));
        assertThat(counts())
                .isEqualTo(Map.of(
                        "deliveries/processed", 1L,
                        "deliveries/duplicate", 1L,
                        "processed/direct", 1L,
                        "handler/ok", 1L,
                        "twin.gap/event_id", 1L));
        assertThat(twinGapMillis()).isEqualTo(10_500);
    }

    @Test
    void aTwinThatHadArrivedEarlierHasAGapToo() throws Exception {
        Node node = node(event -> {}).build();

        node.receive(List.of(delivered("overtaken", NOON)));
        node.receive(List.of(delivered("overtaken", NOON.minusMillis(20))));

        assertThat(twinGapMillis()).isEqualTo(20);
    }

    @Test
    void theTagsSayWhereItCameFrom() throws Exception {
        Node node = node(event -> {}).build();
        Delivery pulled = new Delivery(Transport.POLL, NOON, null);

        node.receive(List.of(read("pulled", pulled)));

        for (String name : List.of("dingtalk.inbox.deliveries", "dingtalk.inbox.processed")) {
            assertThat(registry.get(name)
                            .tags("app", "default", "type", "metered", "transport", "poll")
                            .counter()
                            .count())
                    .isEqualTo(1);
        }
        assertThat(registry.get("dingtalk.inbox.handler")
                        .tags("type", "metered")
                        .timer()
                        .count())
                .isOne();
    }

    @Test
    void anEventThatWaitsInTheQueue() throws Exception {
        Node node = node(event -> {}).queueing().build();
        Event event = approvalFinished("waits");

        node.receive(List.of(event));
        assertThat(counts()).isEqualTo(Map.of("deliveries/queued", 1L));

        node.receive(List.of(event));
        assertThat(counts())
                .isEqualTo(Map.of("deliveries/queued", 1L, "deliveries/duplicate", 1L, "twin.gap/queued", 1L));

        node.settle();
        assertThat(counts())
                .isEqualTo(Map.of(
                        "deliveries/queued", 1L,
                        "deliveries/duplicate", 1L,
                        "twin.gap/queued", 1L,
                        "processed/queue", 1L,
                        "handler/ok", 1L));
    }

    @Test
    void aHandlerThatFailsTwice() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        Node node = node(event -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("not yet");
                    }
                })
                .build();

        node.receive(List.of(approvalFinished("fails")));
        assertThat(counts()).isEqualTo(Map.of("deliveries/queued", 1L, "handler/failed", 1L, "retries/", 1L));

        node.settle();
        assertThat(counts())
                .isEqualTo(Map.of(
                        "deliveries/queued", 1L,
                        "handler/failed", 2L,
                        "retries/", 2L,
                        "handler/ok", 1L,
                        "processed/queue", 1L));
    }

    @Test
    void aHandlerThatFailsForGood() throws Exception {
        Node node = node(event -> {
                    throw new IllegalStateException("never");
                })
                .maxAttempts(2)
                .build();

        node.receive(List.of(approvalFinished("dies")));
        assertThat(counts()).doesNotContainKey("dead/");

        node.settle();
        assertThat(counts())
                .isEqualTo(Map.of("deliveries/queued", 1L, "handler/failed", 2L, "retries/", 1L, "dead/", 1L));
    }

    @Test
    void anEventThatIsDeadAtOnceIsLoudToo(CapturedOutput log) throws Exception {
        Node node = node(event -> {
                    throw new PermanentFailure("of no use");
                })
                .build();

        node.receive(List.of(approvalFinished("dead-at-once")));

        assertThat(counts()).isEqualTo(Map.of("deliveries/queued", 1L, "handler/failed", 1L, "dead/", 1L));
        assertThat(log).containsPattern("ERROR.*event-of-dead-at-once: dead after attempt 1");
    }

    @Test
    void whatDidNotCommitDidNotHappen() throws Exception {
        AtomicInteger failures = new AtomicInteger(1);
        jdbc.sql("""
                        create or replace function check_at_commit() returns trigger language plpgsql as
                        'begin if not new.ok then raise exception ''no''; end if; return null; end'
                        """).update();
        jdbc.sql("drop table if exists checked_late").update();
        jdbc.sql("create table checked_late (ok boolean)").update();
        jdbc.sql("create constraint trigger late after insert on checked_late initially deferred"
                        + " for each row execute function check_at_commit()")
                .update();
        Node node = node(event -> jdbc.sql("insert into checked_late values (?)")
                        .param(failures.getAndDecrement() <= 0)
                        .update())
                .build();

        node.receive(List.of(approvalFinished("late-check")));
        assertThat(counts()).isEqualTo(Map.of("deliveries/queued", 1L, "handler/ok", 1L, "retries/", 1L));

        node.settle();
        assertThat(counts())
                .isEqualTo(Map.of("deliveries/queued", 1L, "handler/ok", 2L, "retries/", 1L, "processed/queue", 1L));
    }

    @Test
    void aFailureThatCouldNotBeQueuedIsNotCounted() throws Exception {
        AtomicBoolean refuses = new AtomicBoolean(true);
        Node node = node(event -> {
                    throw new IllegalStateException("at its last attempt");
                })
                .maxAttempts(1)
                .transactions(new JdbcTransactionManager(database.dataSource()) {
                    @Override
                    protected void doCommit(DefaultTransactionStatus status) {
                        if (refuses.get()) {
                            doRollback(status);
                            throw new TransactionSystemException("refused");
                        }
                        super.doCommit(status);
                    }
                })
                .build();

        assertThatThrownBy(() -> node.receive(List.of(approvalFinished("undone"))))
                .isInstanceOf(DatabaseUnavailable.class);
        assertThat(counts()).isEqualTo(Map.of("deliveries/failed", 1L, "handler/failed", 1L));

        refuses.set(false);
        node.receive(List.of(approvalFinished("undone")));
        assertThat(counts())
                .isEqualTo(Map.of("deliveries/failed", 1L, "deliveries/queued", 1L, "handler/failed", 2L, "dead/", 1L));
    }

    @Test
    void anEventThatIsProcessedAfterItsDeadlineIsProcessedOnce() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        Node node =
                node(event -> answered.await()).deadline(Duration.ofSeconds(2)).build(); // time for it to begin

        assertThat(node.receive(List.of(approvalFinished("late")))).hasOnlyElementsOfType(Queued.class);
        assertThat(counts()).isEqualTo(Map.of("deliveries/queued", 1L));

        answered.countDown();
        await().until(() -> counts().containsKey("processed/direct"));
        node.settle();
        assertThat(counts()).isEqualTo(Map.of("deliveries/queued", 1L, "handler/ok", 1L, "processed/direct", 1L));
    }

    @Test
    void aHandlerWhoseTimeIsOver() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        // Much longer than it takes to store the event, and to call the handler.
        Node node = node(event -> never.await())
                .queueing()
                .handlerTimeout(Duration.ofSeconds(4))
                .build();

        node.receive(List.of(approvalFinished("hangs")));
        node.runWorkersOnce();

        await().untilAsserted(() ->
                assertThat(counts()).isEqualTo(Map.of("deliveries/queued", 1L, "handler/aborted", 1L, "retries/", 1L)));
        assertThat(registry.get("dingtalk.inbox.handler").timer().totalTime(TimeUnit.MILLISECONDS))
                .isGreaterThan(1000);
    }

    @Test
    void aDeliveryForWhichThereIsNoPlace() throws Exception {
        CountDownLatch isInside = new CountDownLatch(1);
        CountDownLatch mayGo = new CountDownLatch(1);
        Node node = node(event -> {
                    isInside.countDown();
                    mayGo.await();
                })
                .maxInFlight(1)
                .build();

        Future<List<Outcome>> first = threads.submit(() -> node.receive(List.of(approvalFinished("first"))));
        isInside.await();
        assertThatThrownBy(() -> node.receive(List.of(approvalFinished("second"))))
                .isInstanceOf(Overloaded.class);
        assertThat(counts()).isEqualTo(Map.of("deliveries/refused", 1L));

        mayGo.countDown();
        first.get();
        assertThat(counts()).containsEntry("deliveries/processed", 1L).containsEntry("deliveries/refused", 1L);
    }

    @Test
    void aDeliveryWhileTheDatabaseIsAway() {
        TestDatabase away = database.another();
        Node node = node(away, event -> {}).build();
        away.close();

        assertThatThrownBy(() -> node.receive(List.of(approvalFinished("away"))))
                .isInstanceOf(Exception.class);
        assertThat(counts()).isEqualTo(Map.of("deliveries/failed", 1L));
    }

    @Test
    void underTwinsAndFailuresTheCountersAgreeWithTheTables() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        Event stubborn = approvalFinished("many-0");
        AtomicInteger toFailYet = new AtomicInteger(4); // with all its three deliveries, and with a worker
        Node node = node(event -> {
                    boolean isStubborn = event.id().equals(stubborn.id()) && toFailYet.getAndDecrement() > 0;
                    if (runs.incrementAndGet() % 5 == 0 || isStubborn) {
                        failures.incrementAndGet();
                        throw new IllegalStateException("every fifth, and the stubborn one");
                    }
                })
                .build();
        List<Future<List<Outcome>>> answers = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            Event event = approvalFinished("many-" + i % 40);
            answers.add(threads.submit(() -> node.receive(List.of(event))));
        }
        int failuresThatWereQueued = 0;
        for (Future<List<Outcome>> answer : answers) {
            failuresThatWereQueued += answer.get().get(0) instanceof Queued ? 1 : 0;
        }
        int failuresOfDeliveries = failures.get();
        node.settle();
        int failuresOfWorkers = failures.get() - failuresOfDeliveries;

        assertThat(sum("processed")).isEqualTo(rows("processed_events")).isEqualTo(40);
        assertThat(sum("twin.gap")).isEqualTo(rows("duplicate_deliveries"));
        assertThat(sum("deliveries")).isEqualTo(120);
        assertThat(sum("handler")).isEqualTo(runs.get());
        assertThat(counts().get("handler/failed")).isEqualTo(failures.get());
        // A failed delivery is not tried again if a twin that waited for it was faster than its way into the queue.
        assertThat(failuresThatWereQueued).isBetween(1, failuresOfDeliveries);
        assertThat(failuresOfWorkers).isPositive();
        assertThat(counts().get("deliveries/queued")).isEqualTo(failuresThatWereQueued);
        assertThat(counts().get("retries/")).isEqualTo(failuresThatWereQueued + failuresOfWorkers);
    }

    private Node.Builder node(Action action) {
        return node(database, action);
    }

    private Node.Builder node(TestDatabase database, Action action) {
        return Node.on(database).observer(new InboxMeters(registry)).handlers(TestHandlers.everyEvent(action));
    }

    private Map<String, Long> counts() {
        return Meters.counts(registry);
    }

    private long sum(String meter) {
        return counts().entrySet().stream()
                .filter(e -> e.getKey().startsWith(meter + "/"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private long rows(String table) {
        return jdbc.sql("select count(*) from inbox." + table).query(Long.class).single();
    }

    private double twinGapMillis() {
        return registry.get("dingtalk.inbox.twin.gap").timer().totalTime(TimeUnit.MILLISECONDS);
    }

    private static Event delivered(String id, Instant receivedAt) {
        return read(id, new Delivery(Transport.HTTP, receivedAt, "203.119.0.1"));
    }

    private static Event read(String id, Delivery delivery) {
        String json = """
                {"EventType":"metered","corpId":"dingmetrics","eventId":"%s"}""".formatted(id);
        return READER.read("default", json.getBytes(UTF_8), delivery).get(0);
    }
}
