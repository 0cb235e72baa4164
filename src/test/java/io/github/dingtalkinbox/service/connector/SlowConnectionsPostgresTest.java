package io.github.dingtalkinbox.service.connector;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.UnixOperatingSystemMXBean;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.SelfSigned;
import io.github.dingtalkinbox.testing.Service;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that send slowly, beside callbacks. */
@Postgres
@TestInstance(Lifecycle.PER_CLASS)
class SlowConnectionsPostgresTest {
    private static final int SLOW = 5000;

    /** Of nine in ten. The rest may meet the end of all the slow ones, which takes a busy machine a second. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** Less than the life of a slow connection: whoever had to wait for one would wait longer. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(4);

    /** The deadline, and what the selector takes to notice. */
    private static final Duration LONGEST_LIFE = Gate.LONGEST.plusSeconds(3);

    private static final String HEAD =
            "POST /dingtalk/callback?msg_signature=a&timestamp=1&nonce=n HTTP/1.1\r\nHost: localhost\r\n";

    private final Service service;

    SlowConnectionsPostgresTest(TestDatabase database) throws Exception {
        this.service = Service.start(database);
        deliver(); // the first one is slow
    }

    @AfterAll
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD + "X: ",
                HEAD + "Content-Length: 60000\r\n\r\n{",
                "GET /admin/login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n",
                HEAD + "Transfer-Encoding: chunked\r\n\r\n5\r\n"
            })
    void callbacksAreReceivedBesideThemAndTheyAreClosed(String start) throws Exception {
        List<SocketChannel> slow = new ArrayList<>();
        try {
            while (slow.size() < affordable()) {
                SocketChannel channel = SocketChannel.open(new InetSocketAddress("localhost", port()));
                channel.write(ByteBuffer.wrap(start.getBytes(US_ASCII)));
                channel.configureBlocking(false);
                slow.add(channel);
            }
            long began = System.nanoTime();
            List<Duration> answers = new ArrayList<>();
            while (System.nanoTime() - began < LONGEST_LIFE.toNanos()) {
                slow.forEach(SlowConnectionsPostgresTest::sendAByte);
                answers.add(deliver());
            }

            assertThat(answers).hasSizeGreaterThan(10).allMatch(time -> time.compareTo(LONGEST_ANSWER) < 0);
            assertThat(answers.stream().filter(time -> time.compareTo(SOON) >= 0))
                    .hasSizeLessThanOrEqualTo(answers.size() / 10);
            assertThat(slow).noneMatch(SlowConnectionsPostgresTest::isOpen);
        } finally {
            for (SocketChannel channel : slow) {
                channel.close();
            }
        }
    }

    /** Each has two ends, and both are here. */
    private static int affordable() {
        long files =
                ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
        return (int) Math.min(SLOW, (files - 1000) / 2);
    }

    private static void sendAByte(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(new byte[] {'x'}));
        } catch (IOException e) {
            // It is closed: what is expected of it.
        }
    }

    /** An answer, such as that the service is overloaded, is no reason to hold it. */
    private static boolean isOpen(SocketChannel channel) {
        try {
            ByteBuffer answer = ByteBuffer.allocate(10_000);
            int read = channel.read(answer);
            return read >= 0 && channel.read(answer) >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private Duration deliver() throws Exception {
        long began = System.nanoTime();
        assertThat(service.client()
                        .deliver("{\"EventType\":\"beside\",\"eventId\":\"" + UUID.randomUUID() + "\"}")
                        .decrypted())
                .isEqualTo("success");
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Test
    void aConnectionMayIdleBetweenRequestsForLongerThanOneMayTake() throws Exception {
        try (Socket socket = new Socket("localhost", port())) {
            for (int i = 0; i < 2; i++) {
                socket.getOutputStream()
                        .write("GET /actuator/health/liveness HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
                byte[] answer = new byte[2000];
                assertThat(new String(answer, 0, socket.getInputStream().read(answer), US_ASCII))
                        .startsWith("HTTP/1.1 200");
                socket.setSoTimeout((int) LONGEST_LIFE.toMillis());
                assertThatThrownBy(() -> readOn(socket)).isInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    private static void readOn(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {}
    }

    @Test
    void requestsThatFollowEachOtherOnAConnectionAreAnswered() throws Exception {
        try (Socket socket = new Socket("localhost", port())) {
            String request = "GET /actuator/health/liveness HTTP/1.1\r\nHost: a\r\n\r\n";
            String last = request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
            socket.getOutputStream().write((request.repeat(50) + last).getBytes(US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII).split("HTTP/1.1 200", -1))
                    .hasSize(52);
        }
    }

    @Test
    void withTlsItIsTheSame(TestDatabase database, @TempDir Path folder) throws Exception {
        SelfSigned certificate = new SelfSigned(folder);
        try (Service secure = Service.start(
                database,
                "server.ssl.key-store=" + certificate.file(),
                "server.ssl.key-store-password=" + SelfSigned.PASSWORD,
                "server.ssl.key-alias=a")) {
            for (int size : new int[] {10, 5000, 30_000}) {
                try (Socket socket = certificate
                        .context()
                        .getSocketFactory()
                        .createSocket("localhost", secure.url("/").getPort())) {
                    String request = HEAD + "Content-Length: " + size + "\r\n\r\n" + "x".repeat(size);
                    for (byte[] part : List.of(
                            request.substring(0, 100).getBytes(US_ASCII),
                            request.substring(100).getBytes(US_ASCII))) {
                        socket.getOutputStream().write(part);
                        socket.getOutputStream().flush();
                    }
                    assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                            .as("a body of " + size)
                            .startsWith("HTTP/1.1 400")
                            .contains("The body must be a JSON object");
                }
            }
        }
    }

    private int port() {
        return service.url("/").getPort();
    }
}
