package io.github.dingtalkinbox.internal.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.testing.CallbackClient;
import io.github.dingtalkinbox.testing.CallbackClient.Answer;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A service that is stopped while callbacks arrive, and while one is under way: its handler waits for a lock. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class DrainPostgresTest {
    private static final int SENDERS = 4;

    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Delivered> delivered = new ConcurrentLinkedQueue<>();
    private final Queue<String> broken = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final String inFlightId = UUID.randomUUID().toString();

    @TempDir
    private Path handlers;

    DrainPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @BeforeEach
    void addTheHandler() throws IOException {
        jdbc.sql("drop table if exists effects").update();
        jdbc.sql("create table effects (event_id text not null)").update();
        Files.writeString(
                handlers.resolve("drain_slow.sql"), "insert into effects (event_id) select event_id from event");
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void newCallbacksAreRefusedForAWhileAndTheOneUnderWayIsAnswered(CapturedOutput log) throws Exception {
        Service service = start("6s"); // long enough to be asked three times meanwhile
        Future<Answer> inFlight;
        Future<?> stopped;
        try (Connection lock = lockTheEffects()) {
            inFlight = deliverAndWaitUntilItIsUnderWay(service);
            for (int i = 0; i < SENDERS; i++) {
                threads.execute(() -> sendUntilTheServiceIsGone(service.client()));
            }
            await().until(() -> delivered.size() > 10);

            stopped = threads.submit(service::close);
            await().until(() -> delivered.stream().anyMatch(d -> d.answer().status() == 503));
            assertThat(get(service.url("/actuator/health/readiness"))).isEqualTo(503);
            assertThat(get(service.url("/actuator/health/liveness"))).isEqualTo(200);
            assertThat(stopped.isDone()).isFalse();
            lock.rollback();
        }

        assertThat(inFlight.get(60, TimeUnit.SECONDS).decrypted()).isEqualTo("success");
        stopped.get(60, TimeUnit.SECONDS);
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(delivered)
                .filteredOn(d -> d.answer().status() != 200)
                .isNotEmpty()
                .allSatisfy(d -> assertIsStopping(d.answer()));
        Set<String> answered = new HashSet<>();
        delivered.stream().filter(d -> d.answer().status() == 200).forEach(d -> {
            assertThat(d.answer().decrypted()).isEqualTo("success");
            answered.add("default:" + d.id());
        });
        // What was under way when the connections broke may or may not be in it; what was answered success must be.
        assertThat(processed()).containsAll(answered);
        assertThat(processed().size() - answered.size()).isLessThanOrEqualTo(broken.size());
        assertThat(effects()).containsExactly("default:" + inFlightId);
        Invariants.assertNoRow(jdbc);
        assertThat(log).containsPattern("\\d+ callbacks were answered 503 because of the stop");
        // The service of another test, which has ended, may still sum up how often its database was not available.
        assertThat(log.getAll().lines())
                .noneMatch(line -> line.contains(" ERROR ") && !line.contains(" more callbacks were answered 503. "));
    }

    @Test
    void withoutADrainTheOneUnderWayIsAnsweredAllTheSame() throws Exception {
        Service service = start("0s");
        Future<Answer> inFlight;
        Future<?> stopped;
        try (Connection lock = lockTheEffects()) {
            inFlight = deliverAndWaitUntilItIsUnderWay(service);
            stopped = threads.submit(service::close);
            URI liveness = service.url("/actuator/health/liveness");
            await().until(() -> refusesConnections(liveness));
            lock.rollback();
        }

        assertThat(inFlight.get(60, TimeUnit.SECONDS).decrypted()).isEqualTo("success");
        stopped.get(60, TimeUnit.SECONDS);
        assertThat(effects()).containsExactly("default:" + inFlightId);
    }

    @Test
    void aDrainThatAPhaseOfTheStopWouldCutShortIsRefused(CapturedOutput log) {
        assertThatThrownBy(() -> Service.start(database, "inbox.drain=3s")).isNotNull();

        assertThat(log)
                .contains("APPLICATION FAILED TO START")
                .contains("inbox.drain")
                .contains("spring.lifecycle.timeout-per-shutdown-phase")
                .contains("after 3000 ms");
    }

    private Service start(String drain) {
        return Service.start(
                database,
                "inbox.drain=" + drain,
                "spring.lifecycle.timeout-per-shutdown-phase=10s",
                "inbox.handlers.location=file:" + handlers.toAbsolutePath());
    }

    /** Until the end of the transaction, the handler waits. */
    private Connection lockTheEffects() throws Exception {
        Connection lock = database.dataSource().getConnection();
        lock.setAutoCommit(false);
        try (Statement statement = lock.createStatement()) {
            statement.execute("lock table effects in access exclusive mode");
        }
        return lock;
    }

    private Future<Answer> deliverAndWaitUntilItIsUnderWay(Service service) {
        CallbackClient client = service.client();
        Future<Answer> answer = threads.submit(() -> client.deliver(event("drain_slow", inFlightId)));
        await().until(() ->
                jdbc.sql("select count(*) from pg_locks where not granted" + " and relation = 'effects'::regclass")
                                .query(Long.class)
                                .single()
                        > 0);
        return answer;
    }

    private void sendUntilTheServiceIsGone(CallbackClient client) {
        while (true) {
            String id = "load-" + ids.incrementAndGet();
            try {
                delivered.add(new Delivered(id, client.deliver(event("drain_load", id))));
            } catch (ConnectException e) {
                return;
            } catch (Exception e) {
                broken.add(id); // its connection was closed before an answer came
            }
        }
    }

    private static void assertIsStopping(Answer answer) {
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.header("Connection")).isEqualTo("close");
        assertThat(answer.json().path("type").asString()).isEqualTo("urn:dingtalk-inbox:problem:stopping");
    }

    private static int get(URI url) throws Exception {
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString());
        return response.statusCode();
    }

    private static boolean refusesConnections(URI url) throws Exception {
        try {
            get(url);
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private List<String> processed() {
        return jdbc.sql("select event_id from inbox.processed_events where event_type = 'drain_load'")
                .query(String.class)
                .list();
    }

    private List<String> effects() {
        return jdbc.sql("select event_id from effects").query(String.class).list();
    }

    private static String event(String type, String id) {
        return """
                {"EventType":"%s","corpId":"dingdrain","eventId":"%s"}""".formatted(type, id);
    }

    private record Delivered(String id, Answer answer) {}
}
