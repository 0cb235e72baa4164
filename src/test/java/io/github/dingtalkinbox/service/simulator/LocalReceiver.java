package io.github.dingtalkinbox.service.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Credentials;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The other end: opens what it gets, keeps it, and answers as a test wants. */
public final class LocalReceiver implements AutoCloseable {
    public static final Credentials CREDENTIALS =
            new Credentials("testToken2026", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "dingtestappkey01");
    static final JsonMapper MAPPER = new JsonMapper();

    static {
        // Otherwise head and body of an answer, sent apart, cost 40 ms each time.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final CallbackCrypto crypto = new CallbackCrypto(CREDENTIALS);
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Answering answering;

    public LocalReceiver(Answering answering) throws IOException {
        this.answering = answering;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server.createContext("/", this::receive);
        server.setExecutor(threads);
        server.start();
    }

    /** A receiver that does everything right. */
    public static LocalReceiver right() throws IOException {
        return new LocalReceiver(delivery -> Answer.json(sealed("success")));
    }

    public static Map<String, String> sealed(String text) {
        return sealed(text, CREDENTIALS);
    }

    public static Map<String, String> sealed(String text, Credentials credentials) {
        Envelope reply = new CallbackCrypto(credentials).seal(text.getBytes(UTF_8), "1790000000123", "nonce001");
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("msg_signature", reply.signature());
        fields.put("timeStamp", reply.timestamp());
        fields.put("nonce", reply.nonce());
        fields.put("encrypt", reply.encrypt());
        return fields;
    }

    public URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/dingtalk/callback");
    }

    public List<Received> received() {
        return received;
    }

    public int mostUnderWay() {
        return mostUnderWay.get();
    }

    private void receive(HttpExchange exchange) throws IOException {
        mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try (exchange) {
            Received delivery = open(exchange);
            received.add(delivery);
            Answer answer = answering.answer(delivery);
            underWay.decrementAndGet();
            byte[] body = answer.body().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Received open(HttpExchange exchange) throws IOException {
        Map<String, String> query = Stream.of(
                        exchange.getRequestURI().getQuery().split("&", -1))
                .map(p -> p.split("=", 2))
                .collect(Collectors.toMap(p -> p[0], p -> p[1]));
        JsonNode body = MAPPER.readTree(exchange.getRequestBody().readAllBytes());
        var envelope = new Envelope(
                query.getOrDefault("msg_signature", ""),
                query.getOrDefault("timestamp", ""),
                query.getOrDefault("nonce", ""),
                body.path("encrypt").asString());
        byte[] text = crypto.open(envelope);
        return new Received(
                exchange.getRequestMethod(),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                query,
                body,
                envelope,
                new String(text, UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    public interface Answering {
        Answer answer(Received delivery);
    }

    public record Answer(int status, String contentType, String body) {
        static Answer json(Map<String, ?> fields) {
            return new Answer(200, "application/json;charset=UTF-8", MAPPER.writeValueAsString(fields));
        }
    }

    public record Received(
            String method,
            String contentType,
            Map<String, String> query,
            JsonNode body,
            Envelope envelope,
            String text) {
        JsonNode json() {
            return MAPPER.readTree(text);
        }

        String eventId() {
            return json().path("eventId").asString();
        }
    }
}
