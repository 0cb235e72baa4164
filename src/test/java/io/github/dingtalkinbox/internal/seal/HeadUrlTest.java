package io.github.dingtalkinbox.internal.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadUrlTest {
    private static final SealedHead HEAD =
            new SealedHead(Instant.parse("2025-03-04T01:00:00Z"), "2:" + "ab".repeat(32));
    private static final List<String> AUTHORIZED = List.of("Authorization: Bearer se:cret", "x-ms-blob-type:BlockBlob");

    private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer store;
    private volatile int status = 201;
    private volatile boolean hangs;
    private volatile boolean hangsInTheBody;

    HeadUrlTest() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.setExecutor(threads);
        store.createContext("/", exchange -> {
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8),
                    List.of(
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            exchange.getRequestHeaders().getFirst("x-ms-blob-type"),
                            exchange.getRequestHeaders().getFirst("Content-MD5"))));
            if (hangs) {
                await();
            }
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, hangsInTheBody ? 10 : -1);
            if (hangsInTheBody) {
                exchange.getResponseBody().flush();
                await();
            }
            exchange.close();
        });
        store.start();
    }

    @AfterEach
    void close() {
        end.countDown();
        store.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aHeadIsPutUnderAUrlOfItsHour() throws Exception {
        url("/heads/{hour}.txt?sig=x%2By").put(HEAD);

        assertThat(requests).singleElement().satisfies(request -> {
            assertThat(request.method()).isEqualTo("PUT");
            assertThat(request.uri()).isEqualTo("/heads/2025-03-04T01Z.txt?sig=x%2By");
            assertThat(request.body()).isEqualTo("2025-03-04T01:00:00Z 2:" + "ab".repeat(32) + "\n");
            assertThat(request.headers()).startsWith("Bearer se:cret", "BlockBlob");
            assertThat(request.headers().get(2)).hasSize(24);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 403, 500})
    void anotherAnswerIsAFailureAndNotFollowed(int answer) {
        status = answer;
        assertThatThrownBy(() -> url("/{hour}").put(HEAD))
                .isInstanceOf(IOException.class)
                .hasMessage("the answer was " + answer);
        assertThat(requests).hasSize(1);
    }

    @Test
    void whatHangsIsGivenUp() {
        HeadUrl url = url("/{hour}", Duration.ofMillis(500));
        hangs = true;
        assertThatThrownBy(() -> url.put(HEAD)).isInstanceOf(HttpTimeoutException.class);
        hangs = false;
        hangsInTheBody = true;
        assertThatThrownBy(() -> url.put(HEAD)).isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void whereNobodyListensItFails() {
        store.stop(0);
        assertThatThrownBy(() -> url("/{hour}").put(HEAD)).isInstanceOf(IOException.class);
    }

    @Test
    void itsNameHasNoSecret() {
        HeadUrl url = new HeadUrl("https://me:secret@store.example.com:8443/a/{hour}?sig=secret", AUTHORIZED);
        assertThat(url).hasToString("https://store.example.com:8443/a/{hour}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://store.example.com/secret",
                "ftp://store.example.com/secret/{hour}",
                "store.example.com/secret/{hour}",
                "https:///secret/{hour}",
                "https://store.example.com/secret {hour}"
            })
    void whatIsNoUrlIsRefused(String url) {
        assertThatThrownBy(() -> HeadUrl.check(url, List.of()))
                .hasMessageStartingWith("inbox.seal.head.url must be a URL with {hour}")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer secret", "Host: secret", ": secret", "a b: secret", "Authorization: sec\nret"})
    void whatIsNoHeaderIsRefused(String header) {
        assertThatThrownBy(() -> HeadUrl.check("https://store.example.com/{hour}", List.of(header)))
                .hasMessageStartingWith("inbox.seal.head.headers must be headers")
                .hasMessageNotContaining("secret")
                .hasNoCause();
        assertThatCode(() -> HeadUrl.check("https://store.example.com/{hour}", AUTHORIZED))
                .doesNotThrowAnyException();
    }

    private HeadUrl url(String path) {
        return url(path, Duration.ofSeconds(30));
    }

    private HeadUrl url(String path, Duration longest) {
        return new HeadUrl("http://127.0.0.1:" + store.getAddress().getPort() + path, AUTHORIZED, longest);
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Request(String method, String uri, String body, List<String> headers) {}
}
