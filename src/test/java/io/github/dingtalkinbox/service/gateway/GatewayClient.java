package io.github.dingtalkinbox.service.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A client of DingTalk's gateway that keeps what comes, and answers as a test wants. */
final class GatewayClient implements WebSocket.Listener, AutoCloseable {
    static final String ID = "dingtestappkey01";
    static final String SECRET = "s3cret";
    static final String CALL = """
            {"clientId":"dingtestappkey01","clientSecret":"s3cret","subscriptions":[{"type":"EVENT","topic":"*"}],
            "ua":"dingtalk-inbox-java/1.0","localIp":"127.0.0.1"}""";

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(30)).build();

    private final List<JsonNode> frames = new CopyOnWriteArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final AtomicInteger parts = new AtomicInteger();
    private final AtomicInteger pings = new AtomicInteger();
    private final AtomicReference<@Nullable String> end = new AtomicReference<>();
    private final AtomicReference<@Nullable WebSocket> socket = new AtomicReference<>();
    private final UnaryOperator<@Nullable String> answering;

    /** @param answering makes an answer of a frame; null: none */
    private GatewayClient(UnaryOperator<@Nullable String> answering) {
        this.answering = answering;
    }

    static HttpResponse<String> open(PlayedGateway gateway, String call) throws IOException, InterruptedException {
        return open(HTTP, gateway.baseUrl(), call);
    }

    static HttpResponse<String> open(HttpClient http, URI gateway, String call)
            throws IOException, InterruptedException {
        return http.send(openCall(gateway, call).build(), BodyHandlers.ofString());
    }

    static HttpRequest.Builder openCall(URI gateway, String call) {
        return HttpRequest.newBuilder(gateway.resolve(PlayedGateway.OPEN_PATH))
                .timeout(Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(call));
    }

    /** A client that answers everything as it should. */
    static GatewayClient good(PlayedGateway gateway) throws Exception {
        return connect(gateway, GatewayClient::answer);
    }

    static GatewayClient connect(PlayedGateway gateway, UnaryOperator<@Nullable String> answering) throws Exception {
        return connect(gateway.baseUrl(), answering);
    }

    static GatewayClient connect(URI gateway, UnaryOperator<@Nullable String> answering) throws Exception {
        return connect(HTTP, target(open(HTTP, gateway, CALL)), answering);
    }

    static GatewayClient connect(HttpClient http, PlayedGateway gateway) throws Exception {
        return connect(http, target(open(http, gateway.baseUrl(), CALL)), GatewayClient::answer);
    }

    static GatewayClient connect(URI target) throws Exception {
        return connect(HTTP, target, GatewayClient::answer);
    }

    private static GatewayClient connect(HttpClient http, URI target, UnaryOperator<@Nullable String> answering)
            throws Exception {
        var client = new GatewayClient(answering);
        try {
            client.socket.set(
                    http.newWebSocketBuilder().buildAsync(target, client).get());
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
        return client;
    }

    /** Where the answer to an open call says to connect. */
    static URI target(HttpResponse<String> opened) {
        JsonNode body = PlayedFrame.MAPPER.readTree(opened.body());
        return URI.create(body.path("endpoint").asString() + "?ticket="
                + URLEncoder.encode(body.path("ticket").asString(), UTF_8));
    }

    /** The right answer to a frame. */
    static String answer(String frame) {
        return answer(frame, "SUCCESS");
    }

    static String answer(String frame, String status) {
        JsonNode json = PlayedFrame.MAPPER.readTree(frame);
        return switch (json.path("type").asString()) {
            case "EVENT" -> answer(json, 200, "{\"status\":\"" + status + "\",\"message\":\"ok\"}");
            case "CALLBACK" -> answer(json, 200, "{\"response\":{}}");
            case "SYSTEM" -> answer(json, 200, json.path("data").asString());
            default -> answer(json, 404, "");
        };
    }

    static String answer(JsonNode frame, int code, String data) {
        var answer = PlayedFrame.MAPPER.createObjectNode().put("code", code).put("message", "OK");
        answer.putObject("headers")
                .put(
                        "messageId",
                        frame.path("headers")
                                .path("messageId")
                                .asString(frame.path("header").path("messageId").asString("")))
                .put("contentType", "application/json");
        return answer.put("data", data).toString();
    }

    List<JsonNode> frames() {
        return frames;
    }

    /** Whether a {@code disconnect} has come. */
    boolean isAskedToLeave() {
        return frames.stream()
                .anyMatch(f -> f.path("headers").path("topic").asString("").equals("disconnect"));
    }

    int parts() {
        return parts.get();
    }

    int pings() {
        return pings.get();
    }

    WebSocket socket() {
        await().until(() -> socket.get() != null);
        return Objects.requireNonNull(socket.get());
    }

    /** Asks for a sign of life: the JDK does not tell of each end, but then what is sent fails. */
    void probe() {
        var unused = socket().sendPing(ByteBuffer.allocate(0)).whenComplete((sent, failure) -> {
            if (failure instanceof IOException || (failure != null && failure.getCause() instanceof IOException)) {
                end.compareAndSet(null, failure.toString());
            }
        });
    }

    /** How the connection ended: a close code, or an error; null: not yet. */
    @Nullable
    String end() {
        return end.get();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        parts.incrementAndGet();
        text.append(data);
        if (!last) {
            from.request(1);
            return null;
        }
        String whole = text.toString();
        text.setLength(0);
        String answer = answering.apply(whole);
        frames.add(PlayedFrame.MAPPER.readTree(whole));
        if (answer == null) {
            from.request(1);
            return null;
        }
        // Only one text may be under way.
        return from.sendText(answer, true).thenAccept(s -> s.request(1));
    }

    @Override
    public @Nullable CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
        pings.incrementAndGet();
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        end.set(Integer.toString(code));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        end.set(error.toString());
    }

    @Override
    public void close() {
        WebSocket open = socket.get();
        if (open != null) {
            open.abort();
        }
    }
}
