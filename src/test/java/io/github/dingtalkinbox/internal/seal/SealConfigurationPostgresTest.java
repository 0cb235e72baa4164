package io.github.dingtalkinbox.internal.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The seals as a part of the service. */
@Postgres
@ExtendWith(OutputCaptureExtension.class)
class SealConfigurationPostgresTest {
    private static final String KEY = "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=";
    private static final String NOT_SEALED = "The event log is not sealed, because inbox.seal.key is not set";

    private final TestDatabase database;

    SealConfigurationPostgresTest(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void empty() {
        database.jdbc().sql("truncate inbox.event_seals").update();
    }

    @Test
    void theServiceSealsFromItsStartToItsEnd(CapturedOutput output) {
        SealJob job;
        try (Service service = Service.start(database, "inbox.seal.key=" + KEY, "inbox.seal.interval=1s")) {
            job = service.bean(SealJob.class);
            await().until(() -> seals() > 0);
            assertThat(job.isRunning()).isTrue();
        }
        assertThat(job.isRunning()).isFalse();
        await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(t -> t.getName().equals("event-seals")));
        assertThat(output)
                .contains("Sealed the hour ")
                .doesNotContain(NOT_SEALED)
                .doesNotContain(KEY);
    }

    @Test
    void theHeadGoesToTheFileAndTheUrl(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("kept/heads");
        HttpServer store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Map<String, String> objects = new ConcurrentHashMap<>();
        store.createContext("/", exchange -> {
            objects.put(
                    exchange.getRequestURI().getPath(),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            exchange.sendResponseHeaders(201, -1);
            exchange.close();
        });
        store.start();
        try (Service service = Service.start(
                database,
                "inbox.seal.key=" + KEY,
                "inbox.seal.head.file=" + file,
                "inbox.seal.head.url=http://127.0.0.1:" + store.getAddress().getPort() + "/heads/{hour}",
                "inbox.seal.head.headers=Authorization: Bearer 1, If-None-Match: *")) {
            await().until(() -> !objects.isEmpty());
            String line = Files.readString(file);
            assertThat(line).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:00:00Z 1:[0-9a-f]{64}\n");
            assertThat(objects).containsExactly(Map.entry("/heads/" + line.substring(0, 13) + "Z", line));
            HealthDescriptor health = service.bean(HealthEndpoint.class).healthForPath("inboxSealHeads");
            assertThat(health).isNotNull();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(service.bean(MeterRegistry.class)
                            .get("dingtalk.inbox.seals.heads.failures")
                            .functionCounter()
                            .count())
                    .isZero();
        } finally {
            store.stop(0);
        }
    }

    @Test
    void withoutAKeyTheServiceStartsAndSaysOnceWhatIsMissing(CapturedOutput output) throws Exception {
        try (Service service =
                Service.start(database, "inbox.seal.key=", "inbox.seal.head.file=", "inbox.seal.head.url=")) {
            assertThat(service.bean(SealHeads.class).isKeeping()).isFalse();
            assertThat(output.toString().split(NOT_SEALED, -1)).hasSize(2);
            assertThat(output).contains("INBOX_SEAL_KEY", "openssl rand -base64 32");
            // The database is asked for a moment only, which may be too short on a busy machine.
            await().untilAsserted(() -> {
                var health = HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(service.url("/actuator/health"))
                                        .build(),
                                BodyHandlers.ofString());
                assertThat(health.statusCode()).isEqualTo(200);
                assertThat(health.body()).contains("\"UP\"");
            });
        }
        assertThat(seals()).isZero();
    }

    @Test
    void whatIsNoKeyEndsTheStart(CapturedOutput output) {
        assertThatThrownBy(() -> Service.start(database, "inbox.seal.key=c2VjcmV0"))
                .isNotNull();
        assertThatThrownBy(() -> Service.start(
                        database, "inbox.seal.key=" + KEY, "inbox.seal.previous-keys=" + KEY + ",secret*words"))
                .isNotNull();
        assertThatThrownBy(() -> Service.start(database, "inbox.seal.head.url=https://store.example.com/c2VjcmV0"))
                .isNotNull();
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("inbox.seal.head.url must be a URL with {hour}")
                .contains("inbox.seal.key must be 32 bytes, in base64 or hex, but is 6 bytes.")
                .contains("inbox.seal.previous-keys must be 32 bytes, in base64 or hex, but is neither.")
                .contains("openssl rand -base64 32")
                .doesNotContain("c2VjcmV0")
                .doesNotContain("secret*words")
                .doesNotContain(KEY);
    }

    private long seals() {
        return database.jdbc()
                .sql("select count(*) from inbox.event_seals")
                .query(Long.class)
                .single();
    }
}
