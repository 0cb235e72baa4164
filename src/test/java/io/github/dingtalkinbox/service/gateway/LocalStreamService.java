package io.github.dingtalkinbox.service.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A service that connects to a gateway, and connects again when a connection ends or is asked to. */
public final class LocalStreamService implements AutoCloseable {
    public static final String ID = GatewayClient.ID;
    public static final String SECRET = GatewayClient.SECRET;

    private static final long PAUSE = Duration.ofMillis(20).toNanos();
    private static final int LOOKS_PER_PROBE = 25;

    private final URI gateway;
    private final UnaryOperator<@Nullable String> answering;
    private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /**
     * @param gateway need not be there yet
     * @param answering makes an answer of a frame; null: none
     */
    public LocalStreamService(URI gateway, int connections, UnaryOperator<@Nullable String> answering) {
        this.gateway = gateway;
        this.answering = answering;
        for (int i = 0; i < connections; i++) {
            threads.execute(this::stayConnected);
        }
    }

    /** One that does everything right. */
    public static LocalStreamService right(URI gateway, int connections) {
        return new LocalStreamService(gateway, connections, GatewayClient::answer);
    }

    /** The right answer to a frame; but to an event, with this status. */
    public static String answer(String frame, String status) {
        return GatewayClient.answer(frame, status);
    }

    /** What came, over all connections. */
    public List<JsonNode> frames() {
        return frames;
    }

    /** The event frames among them. */
    public List<JsonNode> events() {
        return frames.stream()
                .filter(f -> f.path("type").asString().equals("EVENT"))
                .toList();
    }

    /** How its connections ended: close codes and errors. */
    public List<String> ends() {
        return ends;
    }

    /** How often it could not connect. */
    public int failures() {
        return failures.get();
    }

    private void stayConnected() {
        while (!threads.isShutdown()) {
            try {
                // Not closed: after a disconnect its last frames may still come. It ends with the gateway.
                GatewayClient client = GatewayClient.connect(gateway, this::receive);
                for (int looks = 1;
                        client.end() == null && !client.isAskedToLeave() && !threads.isShutdown();
                        looks++) {
                    LockSupport.parkNanos(PAUSE);
                    if (looks % LOOKS_PER_PROBE == 0) {
                        client.probe();
                    }
                }
                String end = client.end();
                if (end != null) {
                    ends.add(end);
                }
            } catch (Exception e) {
                failures.incrementAndGet();
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private @Nullable String receive(String text) {
        frames.add(PlayedFrame.MAPPER.readTree(text));
        return answering.apply(text);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
