package io.github.dingtalkinbox;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.CallbackClient.Answer;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** A database whose processes stand still: it takes connections and statements, and answers nothing. */
class HangingDatabasePostgresTest {
    /** Whatever JDBC does, the answer is there after 1.3 s; the margin is for this machine and its network. */
    private static final Duration ANSWERED = Duration.ofMillis(1300);

    private static final Duration MARGIN = Duration.ofMillis(400);

    /** Of the answers one by one: a thread of a busy machine may wait for its turn. Who waits for the database waits on. */
    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(5);

    private static final String CHECK_URL = "{\"EventType\":\"check_url\"}";
    private static final int DELIVERIES = 40;
    private static final int REFUSED = 60;

    @ParameterizedTest
    @ValueSource(strings = {"sync", "queue"})
    void isAnswered503InTimeAndNothingIsLostOrDoubled(String mode, @TempDir Path directory) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RestartableServer server = RestartableServer.start(directory.resolve("data"));
                TestDatabase database = server.database();
                Service service = Service.start(
                        database, "inbox.mode=" + mode, "inbox.deadline=1s", "inbox.queue.initial-backoff=100ms")) {
            CallbackClient client = service.client();
            await().until(() -> client.deliver(event(-1)).status() == 200); // the first one may take longer

            server.hang();
            // What needs no database, and comes when the answers are due, shows how slow the machine is just now.
            Executor whenDue = CompletableFuture.delayedExecutor(ANSWERED.toMillis(), MILLISECONDS, threads);
            long start = System.nanoTime();
            List<CompletableFuture<Timed>> deliveries = new ArrayList<>();
            List<CompletableFuture<Timed>> withoutDatabase = new ArrayList<>();
            for (int i = 0; i < DELIVERIES; i++) {
                String event = event(i);
                deliveries.add(supplyAsync(() -> deliver(client, event, start), threads));
                withoutDatabase.add(supplyAsync(() -> deliver(client, CHECK_URL, start), whenDue));
            }
            List<Timed> answers =
                    deliveries.stream().map(CompletableFuture::join).toList();
            List<Timed> yardstick =
                    withoutDatabase.stream().map(CompletableFuture::join).toList();
            server.goOn();

            assertThat(answers).allSatisfy(a -> {
                assertThat(a.answer().status()).isEqualTo(503);
                assertThat(a.answer().body()).contains("database-unavailable");
                assertThat(a.time()).isLessThan(longest(yardstick).plus(LONGEST_MARGIN));
            });
            assertThat(yardstick)
                    .allSatisfy(a -> assertThat(a.answer().decrypted()).isEqualTo("success"));
            assertThat(median(answers)).isLessThan(median(yardstick).plus(MARGIN));
            for (int i = 0; i < DELIVERIES; i++) {
                String event = event(i);
                await().until(() -> client.deliver(event).status() == 200);
            }
            await().untilAsserted(() -> assertThat(database.jdbc()
                            .sql("select count(*) from inbox.processed_events")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(DELIVERIES + 1));
            await().untilAsserted(() -> assertThat(database.jdbc()
                            .sql("select count(*) from inbox.queued_events")
                            .query(Integer.class)
                            .single())
                    .isZero());
            Invariants.assertNoRow(database.jdbc());
        } finally {
            threads.shutdownNow();
        }
    }

    /** As they do for a standby that is not there. Callbacks come one after the other, as from DingTalk. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void whileCommitsHangEveryCallbackIsRefusedInTimeAndTheLogStaysShort(@TempDir Path directory, CapturedOutput log)
            throws Exception {
        ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RestartableServer server = RestartableServer.start(directory.resolve("data"));
                TestDatabase database = server.database();
                Service service = Service.start(database, "inbox.deadline=1s")) {
            CallbackClient client = service.client();
            await().until(() -> client.deliver(event(-1)).status() == 200); // the first one may take longer

            server.waitForStandby("nowhere");
            int before = log.getAll().length();
            List<CompletableFuture<Timed>> deliveries = new ArrayList<>();
            List<CompletableFuture<Timed>> withoutDatabase = new ArrayList<>();
            CountDownLatch sent = new CountDownLatch(REFUSED);
            var unused = clock.scheduleAtFixedRate(
                    () -> {
                        if (sent.getCount() > 0) {
                            String event = event(deliveries.size());
                            deliveries.add(supplyAsync(() -> deliver(client, event, System.nanoTime()), threads));
                            withoutDatabase.add(
                                    supplyAsync(() -> deliver(client, CHECK_URL, System.nanoTime()), threads));
                            sent.countDown();
                        }
                    },
                    0,
                    50,
                    MILLISECONDS);
            sent.await();
            List<Timed> answers =
                    deliveries.stream().map(CompletableFuture::join).toList();
            List<Timed> yardstick =
                    withoutDatabase.stream().map(CompletableFuture::join).toList();
            await().until(() -> log.getAll().contains(" more callbacks were answered 503"));
            String logged = log.getAll().substring(before);
            server.waitForStandby("");

            System.out.printf(
                    "Commits that hang: answered after %d ms at most, half of them after %d ms; without a database %d ms"
                            + " at most; %d lines of log for %d callbacks%n",
                    longest(answers).toMillis(),
                    median(answers).toMillis(),
                    longest(yardstick).toMillis(),
                    logged.lines().count(),
                    REFUSED);
            assertThat(answers).allSatisfy(a -> assertThat(a.answer().status()).isEqualTo(503));
            assertThat(median(answers))
                    .isLessThan(ANSWERED.plus(median(yardstick)).plus(MARGIN));
            assertThat(longest(answers))
                    .isLessThan(ANSWERED.plus(longest(yardstick)).plus(LONGEST_MARGIN));
            assertThat(logged).doesNotContain("success").doesNotContain("\tat ");
            assertThat(logged.lines().count()).isLessThan(REFUSED / 2);
            for (int i = 0; i < REFUSED; i++) {
                String event = event(i);
                await().until(() -> client.deliver(event).status() == 200);
            }
            Invariants.assertNoRow(database.jdbc());
        } finally {
            clock.shutdownNow();
            threads.shutdownNow();
        }
    }

    private static Timed deliver(CallbackClient client, String event, long start) {
        try {
            Answer answer = client.deliver(event);
            return new Timed(answer, Duration.ofNanos(System.nanoTime() - start));
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    private static Duration median(List<Timed> answers) {
        return answers.stream().map(Timed::time).sorted().toList().get(answers.size() / 2);
    }

    private static Duration longest(List<Timed> answers) {
        return Collections.max(answers.stream().map(Timed::time).toList());
    }

    private static String event(int number) {
        return """
                {"EventType":"bpms_instance_change","eventId":"hang-%d","corpId":"ding1","processInstanceId":"hang-%d",
                 "type":"finish","result":"agree","createTime":1,"finishTime":2}""".formatted(number, number);
    }

    private record Timed(Answer answer, Duration time) {}
}
