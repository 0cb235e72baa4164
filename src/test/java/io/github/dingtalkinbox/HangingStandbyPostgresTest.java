package io.github.dingtalkinbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.CallbackClient.Answer;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that answers everything but commits, because a synchronous standby does not answer it. */
class HangingStandbyPostgresTest {
    private static final int CONNECTIONS = 8;
    private static final int OTHERS = 4;
    private static final int DELIVERIES = 24;

    /** Several times as long as a commit is waited for, so that what is left behind each time would add up. */
    private static final Duration BETWEEN = Duration.ofMillis(200);

    private static final Duration UNREADY = Duration.ofSeconds(2);

    @Test
    void nothingIsAnsweredLostOrLeftBehind(@TempDir Path directory) throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (RestartableServer server = RestartableServer.start(directory.resolve("data"));
                TestDatabase database = server.database();
                TestDatabase dba = server.emptyDatabase();
                Service service = Service.start(
                        database,
                        "inbox.deadline=500ms",
                        "inbox.handler-timeout=1s",
                        "inbox.queue.initial-backoff=100ms",
                        "inbox.queue.workers=2",
                        "spring.datasource.hikari.maximum-pool-size=" + CONNECTIONS)) {
            CallbackClient client = service.client();
            // The first ones may take longer than they may.
            await().until(() -> client.deliver(event(-1)).status() == 200);
            await().until(() -> readiness(service) == 200);

            server.waitForStandby("away");
            long start = System.nanoTime();
            AtomicInteger mostSessions = new AtomicInteger();
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < DELIVERIES; i++) {
                String event = event(i);
                answers.add(threads.submit(() -> client.deliver(event)));
                long next = start + BETWEEN.multipliedBy(i + 1).toNanos();
                await().pollInterval(Duration.ofMillis(20)).until(() -> {
                    mostSessions.accumulateAndGet(sessions(dba), Math::max);
                    return System.nanoTime() >= next;
                });
                if (next - start > UNREADY.toNanos()) {
                    assertThat(readiness(service)).isEqualTo(503);
                }
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().status()).isEqualTo(503);
            }
            assertThat(mostSessions.get()).isBetween(CONNECTIONS / 2, CONNECTIONS + OTHERS);

            server.waitForStandby("");
            await().until(() -> readiness(service) == 200);
            for (int i = 0; i < DELIVERIES; i++) {
                String event = event(i);
                await().until(() -> client.deliver(event).status() == 200);
            }
            await().untilAsserted(
                            () -> assertThat(count(dba, "processed_events")).isEqualTo(DELIVERIES + 1));
            await().untilAsserted(() -> assertThat(count(dba, "queued_events")).isZero());
            Invariants.assertNoRow(dba.jdbc());
        } finally {
            threads.shutdownNow();
        }
    }

    private static int readiness(Service service) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(service.url("/actuator/health/readiness"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, BodyHandlers.discarding())
                .statusCode();
    }

    /** Those of the service, busy or not, as the server sees them. */
    private static int sessions(TestDatabase dba) {
        return dba.jdbc()
                .sql("select count(*) from pg_stat_activity where application_name like 'dingtalk-inbox%'")
                .query(Integer.class)
                .single();
    }

    private static int count(TestDatabase dba, String table) {
        return dba.jdbc()
                .sql("select count(*) from inbox." + table)
                .query(Integer.class)
                .single();
    }

    private static String event(int number) {
        return """
                {"EventType":"bpms_instance_change","eventId":"standby-%d","corpId":"ding1",
                 "processInstanceId":"standby-%d","type":"finish","result":"agree","createTime":1,"finishTime":2}""".formatted(number, number);
    }
}
