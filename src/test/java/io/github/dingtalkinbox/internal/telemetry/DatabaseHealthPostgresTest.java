package io.github.dingtalkinbox.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The probes of a service whose database hangs, has gone, or is only busy. */
@TestInstance(Lifecycle.PER_CLASS)
class DatabaseHealthPostgresTest {
    private static final Duration SOON = Duration.ofSeconds(1);

    /** A machine that does other things at the same time delays some of them; one at least is to be seen undelayed. */
    private static final int MOST_ROUNDS = 10;

    private final HttpClient http = HttpClient.newHttpClient();
    private final RestartableServer server;
    private final TestDatabase database;
    private final Service service;

    DatabaseHealthPostgresTest(@TempDir Path directory) throws Exception {
        this.server = RestartableServer.start(directory.resolve("data"));
        this.database = server.database();
        // The workers' looks at the queue would be connections in use as well.
        this.service = Service.start(database, "inbox.queue.poll-interval=1h");
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
        database.close();
        server.close();
    }

    @BeforeEach
    void isReady() {
        await().until(() -> status("/readiness") == 200);
    }

    @Test
    void aDatabaseThatHangsIsSeenWithinASecond() throws Exception {
        fiftyProbes("/liveness").forEach(CompletableFuture::join); // from now on, there is a connection for each
        server.hang();
        try {
            List<Duration> times = new ArrayList<>();
            do {
                times.add(timeOfFiftyProbes());
            } while (times.size() < MOST_ROUNDS && Collections.min(times).compareTo(SOON) >= 0);
            assertThat(Collections.min(times)).as("the shortest of %s", times).isLessThan(SOON);

            HikariDataSource pool = service.bean(HikariDataSource.class);
            assertThat(pool.getHikariPoolMXBean().getActiveConnections())
                    .as("connections of the callbacks' pool that the probes hold")
                    .isZero();
            assertThat(status("/liveness")).isEqualTo(200);
            assertThat(status("")).isEqualTo(503);
        } finally {
            server.goOn();
        }
        await().until(() -> status("/readiness") == 200);
        await().until(() -> status("") == 200);
    }

    @Test
    void aDatabaseThatHasGoneIsSeenAndItsReturnToo() throws Exception {
        server.stop();
        try {
            assertThat(status("/readiness")).isEqualTo(503);
        } finally {
            server.startAgain();
        }
        await().until(() -> status("/readiness") == 200);
    }

    @Test
    void aBusyPoolIsNoReasonToBeNotReady() throws Exception {
        HikariDataSource pool = service.bean(HikariDataSource.class);
        List<Connection> busy = new ArrayList<>();
        try {
            for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
                busy.add(pool.getConnection());
            }
            await().until(() -> status("/readiness") == 200);
        } finally {
            for (Connection connection : busy) {
                connection.close();
            }
        }
    }

    /** Until the first one is answered. */
    private Duration timeOfFiftyProbes() throws Exception {
        long start = System.nanoTime();
        List<CompletableFuture<Integer>> probes = fiftyProbes("/readiness");
        assertThat(probes.get(0).get()).isEqualTo(503);
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        assertThat(probes).allSatisfy(p -> assertThat(p.get()).isEqualTo(503));
        return time;
    }

    private List<CompletableFuture<Integer>> fiftyProbes(String path) {
        return Stream.generate(() -> later(path)).limit(50).toList();
    }

    private int status(String path) throws Exception {
        return http.send(request(path), BodyHandlers.discarding()).statusCode();
    }

    private CompletableFuture<Integer> later(String path) {
        return http.sendAsync(request(path), BodyHandlers.discarding()).thenApply(r -> r.statusCode());
    }

    private HttpRequest request(String path) {
        URI url = service.url("/actuator/health" + path);
        return HttpRequest.newBuilder(url).timeout(Duration.ofSeconds(20)).build();
    }
}
