package io.github.dingtalkinbox;

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
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database whose processes stand still: it takes connections and statements, and answers nothing. */
class HangingDatabasePostgresTest {
    /** DESIGN.md: whatever JDBC does, the answer is there after 1.3 s; the rest is for this machine and its network. */
    private static final Duration ANSWERED = Duration.ofMillis(1300);

    private static final Duration MARGIN = Duration.ofMillis(400);

    @ParameterizedTest
    @ValueSource(strings = {"sync", "queue"})
    void isAnswered503InTimeAndNothingIsLostOrDoubled(String mode, @TempDir Path directory) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RestartableServer server = RestartableServer.start(directory.resolve("data"));
                TestDatabase database = server.database();
                Service service = Service.start(database, "inbox.mode=" + mode, "queue.initial-backoff=100ms")) {
            CallbackClient client = service.client();
            assertThat(client.deliver(event(-1)).decrypted()).isEqualTo("success");

            server.hang();
            List<Future<Timed>> deliveries = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int number = i;
                deliveries.add(threads.submit(() -> deliver(client, event(number))));
            }
            List<Timed> answers = new ArrayList<>();
            for (Future<Timed> delivery : deliveries) {
                answers.add(delivery.get());
            }
            server.goOn();

            assertThat(answers).allSatisfy(a -> {
                assertThat(a.answer().status()).isEqualTo(503);
                assertThat(a.answer().body()).contains("database-unavailable");
                assertThat(a.time()).isLessThan(ANSWERED.plus(MARGIN));
            });
            for (int i = 0; i < 40; i++) {
                String event = event(i);
                await().until(() -> client.deliver(event).status() == 200);
            }
            await().untilAsserted(() -> assertThat(database.jdbc()
                            .sql("select count(*) from processed_events")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(41));
            await().untilAsserted(() -> assertThat(database.jdbc()
                            .sql("select count(*) from queued_events")
                            .query(Integer.class)
                            .single())
                    .isZero());
            Invariants.assertNoRow(database.jdbc());
        } finally {
            threads.shutdownNow();
        }
    }

    private static Timed deliver(CallbackClient client, String event) throws Exception {
        long start = System.nanoTime();
        Answer answer = client.deliver(event);
        return new Timed(answer, Duration.ofNanos(System.nanoTime() - start));
    }

    private static String event(int number) {
        return """
                {"EventType":"bpms_instance_change","eventId":"hang-%d","corpId":"ding1","processInstanceId":"hang-%d",
                 "type":"finish","result":"agree","createTime":1,"finishTime":2}""".formatted(number, number);
    }

    private record Timed(Answer answer, Duration time) {}
}
