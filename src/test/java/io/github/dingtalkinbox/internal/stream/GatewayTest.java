package io.github.dingtalkinbox.internal.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.dingtalkinbox.internal.apps.DingTalkProperties.ProxyProperties;
import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.testing.SelfSigned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of an open call that is not answered as documented. */
class GatewayTest {
    private final HttpServer server;
    private final Gateway gateway;

    GatewayTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        gateway = new Gateway(
                () -> HttpClients.through(null),
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "connect",
                "http://127.0.0.1:1/connect",
                "ws:///connect",
                "ws://127.0.0.1:1/connect#part",
                "ws://127.0.0.1:70000/connect",
                "ws://127.0.0.1:0/connect",
                "ws://127.0.0.1:1/con nect",
                "ws://no_such_host.invalid/connect",
            })
    void anEndpointThatLeadsNowhereIsTriedAgain(String endpoint) {
        answer(200, "{\"endpoint\":\"" + endpoint + "\",\"ticket\":\"t-1\"}");

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(OpenFailed.class, failure -> assertThat(failure.isPermanent())
                        .isFalse());
    }

    @Test
    void aCallThatWasEncryptedLeadsToNoConnectionThatIsNot(@TempDir Path folder) throws Exception {
        SSLContext tls = new SelfSigned(folder).context();
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(tls));
        answer(secure, 200, "{\"endpoint\":\"ws://127.0.0.1:1/connect\",\"ticket\":\"t-1\"}");
        secure.start();
        try {
            Gateway encrypted = new Gateway(
                    () -> HttpClient.newBuilder().sslContext(tls).build(),
                    URI.create("https://localhost:" + secure.getAddress().getPort()));

            assertThatThrownBy(() -> encrypted.open(StreamFixture.KEYS, new WebSocket.Listener() {}))
                    .isInstanceOf(OpenFailed.class)
                    .hasMessageContaining("not with a ticket and a wss:// endpoint");
        } finally {
            secure.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{",
                "{\"endpoint\":\"ws://127.0.0.1:1/connect\"}",
                "{\"endpoint\":1,\"ticket\":2}",
                "<ticket>t-1</ticket>",
            })
    void anAnswerWithoutATicketIsTriedAgain(String body) {
        answer(200, body);

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(OpenFailed.class, failure -> assertThat(failure.isPermanent())
                        .isFalse())
                .hasMessageContaining("not with a ticket");
    }

    @ParameterizedTest
    @CsvSource({
        "400, true, published",
        "401, true, client-secret",
        "403, true, published",
        "404, true, published",
        "407, true, inbox.proxy.username",
        "201, false, no proxy answers",
        "302, false, no proxy answers",
        "408, false, too much to do",
        "429, false, too much to do",
        "500, false, too much to do",
        "503, false, too much to do",
    })
    void onlyWhatSomebodyHasToPutRightIsPermanent(int status, boolean isPermanent, String said) {
        answer(status, "{\"code\":\"c\",\"message\":\"line 1\\nline 2\"}");

        assertThatThrownBy(this::open)
                .isInstanceOfSatisfying(OpenFailed.class, failure -> assertThat(failure.isPermanent())
                        .isEqualTo(isPermanent))
                .hasMessageContaining("HTTP " + status)
                .hasMessageContaining(said)
                .hasMessageNotContaining("\n")
                .hasMessageNotContaining(StreamFixture.KEYS.clientSecret());
    }

    @Test
    void aRefusalIsOneAlsoIfTheProxyWantsALogin() {
        System.setProperty(HttpClients.REFUSED_LOGINS, "");
        answer(401, "{\"code\":\"authFailed\",\"message\":\"no\"}");
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Gateway behindProxy =
                new Gateway(() -> HttpClients.through(new ProxyProperties(url, "inbox", "secret-of-proxy")), url);

        assertThatThrownBy(() -> behindProxy.open(StreamFixture.KEYS, new WebSocket.Listener() {}))
                .isInstanceOfSatisfying(OpenFailed.class, failure -> assertThat(failure.isPermanent())
                        .isTrue())
                .hasMessageContaining("client-secret");
    }

    @Test
    void noTicketIsShown() {
        answer(200, "{\"endpoint\":\"ws://127.0.0.1:1/connect#part\",\"ticket\":\"t-secret\"}");

        assertThatThrownBy(this::open).hasMessageNotContaining("t-secret");
    }

    /** The JDK waits for the end of a refusal. */
    @Test
    void aRefusalWithoutAnEndIsGivenUpWithItsConnection() throws Exception {
        ScheduledExecutorService dripping = Executors.newSingleThreadScheduledExecutor();
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answer(200, "{\"endpoint\":\"ws://127.0.0.1:" + listener.getLocalPort() + "/connect\",\"ticket\":\"t-1\"}");
            CompletableFuture<Socket> accepted = CompletableFuture.supplyAsync(() -> {
                try {
                    Socket socket = listener.accept();
                    socket.getOutputStream()
                            .write("HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(UTF_8));
                    return socket;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            CompletableFuture<Void> closed = new CompletableFuture<>();
            var unused = dripping.scheduleWithFixedDelay(
                    () -> {
                        try {
                            accepted.join().getOutputStream().write("1\r\nx\r\n".getBytes(UTF_8));
                        } catch (IOException e) {
                            closed.complete(null);
                        }
                    },
                    50,
                    50,
                    TimeUnit.MILLISECONDS);

            assertThatThrownBy(this::open).isInstanceOf(OpenFailed.class);

            assertThat(closed).succeedsWithin(Duration.ofSeconds(20));
        } finally {
            dripping.shutdownNow();
        }
    }

    private void open() throws Exception {
        gateway.open(StreamFixture.KEYS, new WebSocket.Listener() {});
    }

    private void answer(int status, String body) {
        answer(server, status, body);
    }

    private static void answer(HttpServer server, int status, String body) {
        server.createContext("/v1.0/gateway/connections/open", exchange -> {
            exchange.getRequestBody().readAllBytes();
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }
}
