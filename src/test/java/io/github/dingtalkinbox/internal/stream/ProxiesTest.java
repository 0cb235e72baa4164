package io.github.dingtalkinbox.internal.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.apps.DingTalkProperties.ProxyProperties;
import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.service.gateway.GatewayCount;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.testing.ConnectProxy;
import io.github.dingtalkinbox.testing.SelfSigned;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is encrypted goes through the tunnel of a proxy, and the login of the proxy does not. */
class ProxiesTest {
    private static final String OPEN = "It is open";

    @TempDir
    private Path folder;

    @Test
    void aProxyTunnelsTheOpenCallAndTheWebSocket() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.open()) {
            assertOpens(proxy, "", "");
        }
    }

    @Test
    void onlyTheProxyGetsItsLogin() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.withLogin("user", "of-proxy")) {
            assertOpens(proxy, "user", "of-proxy");

            assertThat(proxy.refused()).isEmpty();
        }
    }

    private void assertOpens(ConnectProxy proxy, String username, String password) throws Exception {
        SelfSigned certificate = new SelfSigned(folder);
        GatewaySettings settings = GatewaySettings.of(StreamFixture.KEYS.clientId(), StreamFixture.KEYS.clientSecret())
                .withTls(certificate.context());
        try (StreamFixture stream = new StreamFixture(settings)) {
            URI url = stream.gateway.baseUrl();
            // The JVM reads only once whom it trusts, and which kinds of login it may send: hence a process.
            Process client = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Djavax.net.ssl.trustStore=" + certificate.file(),
                            "-Djavax.net.ssl.trustStorePassword=" + SelfSigned.PASSWORD,
                            "-D" + HttpClients.REFUSED_LOGINS + "=",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Client.class.getName(),
                            url.toString(),
                            proxy.url().toString(),
                            username,
                            password)
                    .redirectErrorStream(true)
                    .start();

            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .contains(OPEN);
            assertThat(stream.gateway.count(GatewayCount.CONNECTIONS)).isOne();
            assertThat(stream.gateway.faults()).isEmpty();
            String tunnel = "CONNECT localhost:" + url.getPort() + " HTTP/1.1";
            assertThat(proxy.passed()).isEqualTo(List.of(tunnel, tunnel));
        }
    }

    /** Opens a connection, and ends. */
    static final class Client {
        private Client() {}

        public static void main(String[] args) throws Exception {
            ProxyProperties proxy = new ProxyProperties(URI.create(args[1]), args[2], args[3]);
            WebSocket socket = new Gateway(() -> HttpClients.through(proxy), URI.create(args[0]))
                    .open(StreamFixture.KEYS, new WebSocket.Listener() {});
            System.out.println(OPEN);
            socket.abort();
        }
    }
}
