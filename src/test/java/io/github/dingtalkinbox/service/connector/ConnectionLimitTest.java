package io.github.dingtalkinbox.service.connector;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLimitTest {
    private static final int MOST = 3;

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.7", "8.8.8.8", "2001:db8::1"})
    void aPublicAddressHasALimit(String address) throws Exception {
        ConnectionLimit limit = new ConnectionLimit(MOST, ConnectionLimit.NOT_PUBLIC, "");
        InetAddress sender = InetAddress.getByName(address);
        for (int i = 0; i < MOST; i++) {
            assertThat(limit.admits(sender)).isTrue();
            limit.opened(sender);
        }
        assertThat(limit.admits(sender)).isFalse();
        assertThat(limit.admits(InetAddress.getByName("203.0.113.8"))).isTrue();

        limit.closed(sender);
        assertThat(limit.admits(sender)).isTrue();
    }

    @Test
    void oneNetworkOfIpv6IsOneSender() throws Exception {
        ConnectionLimit limit = new ConnectionLimit(1, ConnectionLimit.NOT_PUBLIC);
        limit.opened(InetAddress.getByName("2001:db8:1:2::1"));

        assertThat(limit.admits(InetAddress.getByName("2001:db8:1:2:ffff::9"))).isFalse();
        assertThat(limit.admits(InetAddress.getByName("2001:db8:1:3::1"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "10.1.2.3",
                "172.31.0.1",
                "192.168.0.1",
                "100.64.0.1",
                "169.254.1.1",
                "fd00::1"
            })
    void anAddressThatIsNotPublicHasNone(String address) throws Exception {
        assertThat(isLimited(address, "")).isFalse();
    }

    @Test
    void norHaveTheConfiguredProxies() throws Exception {
        assertThat(isLimited("203.0.113.7", "203.0.113.0/24, 2001:db8::/32")).isFalse();
        assertThat(isLimited("203.0.114.7", "203.0.113.0/24, 2001:db8::/32")).isTrue();
        assertThat(isLimited("203.0.113.7", "203\\.0\\.113\\.\\d+")).isFalse();
        assertThat(isLimited("203.0.114.7", "203\\.0\\.113\\.\\d+")).isTrue();
    }

    private static boolean isLimited(String address, String proxies) throws UnknownHostException {
        ConnectionLimit limit = new ConnectionLimit(1, ConnectionLimit.NOT_PUBLIC, proxies);
        InetAddress sender = InetAddress.getByName(address);
        limit.opened(sender);
        return !limit.admits(sender);
    }

    /** In a web server for which the local address is one like every other. */
    @Test
    void oneConnectionTooManyIsClosedAtOnceAndThePlaceOfAClosedOneIsFree(@TempDir Path folder) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector(ArrivalProtocol.class.getName());
        connector.setPort(0);
        ((ArrivalProtocol) connector.getProtocolHandler()).limit(new ConnectionLimit(1));
        tomcat.setConnector(connector);
        tomcat.addContext("", folder.toString());
        tomcat.start();
        try {
            try (Socket first = new Socket("localhost", connector.getLocalPort())) {
                assertThat(answer(first)).startsWith("HTTP/1.1 404");
                try (Socket second = new Socket("localhost", connector.getLocalPort())) {
                    assertThat(second.getInputStream().read()).isEqualTo(-1);
                }
                assertThat(answer(first)).as("still open").startsWith("HTTP/1.1 404");
            }
            await().untilAsserted(() -> {
                try (Socket third = new Socket("localhost", connector.getLocalPort())) {
                    assertThat(answer(third)).startsWith("HTTP/1.1 404");
                }
            });
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
    }

    private static String answer(Socket socket) throws Exception {
        byte[] answer = new byte[1000];
        int length;
        try {
            socket.getOutputStream().write("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
            length = socket.getInputStream().read(answer);
        } catch (SocketException e) {
            return ""; // closed with the request unread, which resets it
        }
        return length < 0 ? "" : new String(answer, 0, length, US_ASCII);
    }
}
