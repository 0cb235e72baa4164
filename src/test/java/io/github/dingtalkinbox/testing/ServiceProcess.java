package io.github.dingtalkinbox.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.service.Application;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The whole service in a process of its own, to be killed and started again at the same port. */
public final class ServiceProcess implements AutoCloseable {
    private static final Duration LONGEST_START = Duration.ofMinutes(3);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    /** Below the range of outgoing connections, which would take the port while the service is down. */
    private static final int FIRST_PORT = 20_000;

    private static final int PORTS = 10_000;
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) ProcessHandle.current().pid());

    private final List<String> command = new ArrayList<>();
    private final Path log;
    private final int port;
    private @Nullable Process process;

    /**
     * Does not start it yet.
     *
     * @param log what it prints is appended here
     * @param properties besides or instead of those of {@link Service}
     */
    public ServiceProcess(TestDatabase database, Path log, String... properties) throws IOException {
        this(
                List.of("-cp", System.getProperty("java.class.path"), Application.class.getName()),
                database,
                log,
                properties);
    }

    /** The same, of the packaged jar. */
    public static ServiceProcess packaged(TestDatabase database, Path log, String... properties) throws IOException {
        return new ServiceProcess(List.of("-jar", "target/dingtalk-inbox-exec.jar"), database, log, properties);
    }

    private ServiceProcess(List<String> program, TestDatabase database, Path log, String... properties)
            throws IOException {
        this.log = log;
        this.port = freePort();
        Files.createDirectories(log.toAbsolutePath().getParent());
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(program);
        List<String> all = new ArrayList<>(List.of(properties));
        all.add("server.port=" + port);
        command.addAll(List.of(Service.arguments(database, all.toArray(String[]::new))));
    }

    public URI url(String path) {
        return URI.create("http://localhost:" + port + path);
    }

    /** Starts it; it is not ready yet. */
    public void start() throws IOException {
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Waits until it and its database are up. */
    public void awaitReady() {
        await().atMost(LONGEST_START).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> assertThat(isReady())
                .as("ready, see " + log)
                .isTrue());
    }

    /** Ends it as a power cut does: {@code kill -9}. */
    public void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            await().until(() -> !running.isAlive());
        }
    }

    @Override
    public void close() {
        kill();
    }

    private boolean isReady() throws InterruptedException {
        if (process == null || !process.isAlive()) {
            throw new IllegalStateException("The service has ended by itself, see " + log);
        }
        try {
            var health = HttpRequest.newBuilder(url("/actuator/health"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return HTTP.send(health, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** That nobody has taken, and that stays so while nobody listens there. */
    public static int freePort() {
        return IntStream.generate(() -> FIRST_PORT + NEXT.getAndIncrement() % PORTS)
                .limit(PORTS)
                .filter(ServiceProcess::isFree)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
