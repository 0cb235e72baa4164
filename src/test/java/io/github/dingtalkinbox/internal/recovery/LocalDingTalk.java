package io.github.dingtalkinbox.internal.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dingtalkinbox.internal.apps.AppKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * DingTalk's API on this machine, as its documents have it: tokens for the right key and secret, and for a token that is
 * known the next page, or an empty one.
 */
final class LocalDingTalk implements AutoCloseable {
    static final AppKeys.Keys KEYS = new AppKeys.Keys("dingkey0001", "top-secret/+&= %");
    static final String EMPTY = """
            {"errcode":0,"errmsg":"ok","failed_list":[],"has_more":false}""";

    private static final String NO_SUCH_TOKEN = """
            {"errcode":40014,"errmsg":"不合法的access_token"}""";

    /** Every token that was asked for, and every page, in the order of the calls. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Reply> pages = new ArrayDeque<>();
    private volatile String validToken = "none yet";
    private volatile Reply tokenReply = this::giveToken;
    private final AtomicInteger tokens = new AtomicInteger();
    private volatile int expiresIn = 7200;

    private LocalDingTalk(HttpServer server) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/gettoken", exchange -> {
            calls.add("token");
            tokenReply.to(exchange);
        });
        server.createContext("/call_back/get_call_back_failed_result", this::failedCallbacks);
        server.start();
    }

    static LocalDingTalk start() {
        try {
            return new LocalDingTalk(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return URI.create("http://localhost:" + server.getAddress().getPort());
    }

    /** The next pages, in this order. */
    LocalDingTalk willAnswer(String... bodies) {
        Stream.of(bodies).forEach(body -> willDo(exchange -> send(exchange, 200, body.getBytes(UTF_8))));
        return this;
    }

    synchronized void willDo(Reply reply) {
        pages.add(reply);
    }

    void answersTokensWith(String body) {
        tokenReply = exchange -> send(exchange, 200, body.getBytes(UTF_8));
    }

    void tokensLive(int seconds) {
        expiresIn = seconds;
    }

    void forgetsTokens() {
        validToken = "expired";
    }

    long pageCalls() {
        return calls.stream().filter("page"::equals).count();
    }

    long tokenCalls() {
        return calls.stream().filter("token"::equals).count();
    }

    private void giveToken(HttpExchange exchange) throws IOException {
        Map<String, String> query = query(exchange);
        boolean isRight = exchange.getRequestMethod().equals("GET")
                && KEYS.clientId().equals(query.get("appkey"))
                && KEYS.clientSecret().equals(query.get("appsecret"));
        if (isRight) {
            validToken = "token-secret+" + tokens.incrementAndGet();
        }
        String body = isRight ? """
                {"errcode":0,"access_token":"%s","errmsg":"ok","expires_in":%d}""".formatted(validToken, expiresIn) : """
                {"errcode":40089,"errmsg":"不合法的corpid或corpsecret"}""";
        send(exchange, 200, body.getBytes(UTF_8));
    }

    private void failedCallbacks(HttpExchange exchange) throws IOException {
        calls.add("page");
        if (!validToken.equals(query(exchange).get("access_token"))) {
            send(exchange, 200, NO_SUCH_TOKEN.getBytes(UTF_8));
            return;
        }
        Reply next;
        synchronized (this) {
            next = pages.poll();
        }
        if (next == null) {
            send(exchange, 200, EMPTY.getBytes(UTF_8));
        } else {
            next.to(exchange);
        }
    }

    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static Map<String, String> query(HttpExchange exchange) {
        return Stream.of(exchange.getRequestURI().getRawQuery().split("&", -1))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
    }

    /** The page in DingTalk's document. */
    static String documented() {
        try {
            return Files.readString(Path.of("src/test/resources/dingtalk/samples/failed_list_response.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String page(boolean hasMore, String... elements) {
        return """
                {"errcode":0,"errmsg":"ok","failed_list":[%s],"has_more":%b}""".formatted(String.join(",", elements), hasMore);
    }

    /** That an approval was finished. */
    static String approval(String instance) {
        return """
                {"bpms_instance_change":{"bpmsCallBackData":{"processInstanceId":"%s","corpId":"ding0a1b2c3d4e5f60718",\
                "type":"finish","result":"agree"},"corpid":"ding0a1b2c3d4e5f60718"},\
                "call_back_tag":"bpms_instance_change","event_time":1790000000000}""".formatted(instance);
    }

    static String[] approvals(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> approval(prefix + i)).toArray(String[]::new);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** What DingTalk does with a call. */
    interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }
}
