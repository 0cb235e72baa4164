package io.github.dingtalkinbox.service.gateway;

import static io.github.dingtalkinbox.service.gateway.PlayedGatewayTest.EVENT;
import static io.github.dingtalkinbox.service.gateway.PlayedGatewayTest.answer;
import static io.github.dingtalkinbox.service.gateway.PlayedGatewayTest.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a client sees when the gateway misbehaves on request. */
@SuppressWarnings("try") // a client that nobody asks anything
class MisbehavingGatewayTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    private static PlayedConnection first(PlayedGateway gateway) throws InterruptedException {
        assertThat(gateway.awaitConnections(1, Duration.ofSeconds(60))).isTrue();
        return gateway.connections().get(0);
    }

    private static boolean staysUnanswered(CompletableFuture<?> answer) {
        try {
            answer.get(SHORT.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        } catch (Exception e) {
            return !answer.isDone();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AUTH_FAILED, 401, authFailed",
        "BAD_REQUEST, 400, requestId",
        "THROTTLED, 429, Throttling",
        "UNAVAILABLE, 503, ServiceUnavailable",
        "XML, 200, <ticket>",
        "HTML, 400, <html>",
    })
    void anOpenCallIsAnsweredAsWanted(OpenAnswer how, int status, String said) throws Exception {
        try (var gateway = start()) {
            gateway.answerNextOpenCalls(1, how);
            HttpResponse<String> answer = GatewayClient.open(gateway, GatewayClient.CALL);
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.body()).contains(said);
            assertThat(GatewayClient.open(gateway, GatewayClient.CALL).body()).contains("\"ticket\"");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NEVER", "DRIPPING"})
    void anOpenCallIsNotAnsweredInTime(OpenAnswer how) throws Exception {
        try (var gateway = start()) {
            gateway.answerOpenCalls(how);
            assertThatThrownBy(() -> HttpClient.newHttpClient()
                            .sendAsync(
                                    GatewayClient.openCall(gateway.baseUrl(), GatewayClient.CALL)
                                            .timeout(SHORT)
                                            .build(),
                                    BodyHandlers.ofString())
                            .orTimeout(1, TimeUnit.SECONDS)
                            .get())
                    .cause()
                    .isInstanceOfAny(HttpTimeoutException.class, TimeoutException.class);
        }
    }

    @Test
    void aTicketIsWorthless() throws Exception {
        try (var gateway = start()) {
            gateway.answerOpenCalls(OpenAnswer.WORTHLESS_TICKET);
            assertThatThrownBy(() -> GatewayClient.good(gateway)).isInstanceOf(WebSocketHandshakeException.class);
        }
    }

    @ParameterizedTest
    @CsvSource({"REFUSED, 401", "UNAVAILABLE, 503"})
    void aGoodTicketIsRefused(UpgradeAnswer how, int status) throws Exception {
        try (var gateway = start()) {
            gateway.answerUpgrades(how);
            assertThatThrownBy(() -> GatewayClient.good(gateway))
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            e -> assertThat(e.getResponse().statusCode()).isEqualTo(status));
            gateway.answerUpgrades(UpgradeAnswer.RIGHT);
            GatewayClient.good(gateway).close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENDED_AT_ONCE", "CLOSED_AT_ONCE"})
    void aConnectionEndsBeforeItsFirstFrame(UpgradeAnswer how) throws Exception {
        try (var gateway = start()) {
            gateway.answerUpgrades(how);
            try (var client = GatewayClient.good(gateway)) {
                await().until(() -> client.end() != null);
                if (how == UpgradeAnswer.CLOSED_AT_ONCE) {
                    assertThat(client.end()).isEqualTo("1000");
                }
                assertThat(client.frames()).isEmpty();
                assertThat(gateway.openConnections()).isEmpty();
            }
        }
    }

    @Test
    void aConnectionIsDeadFromTheBeginning() throws Exception {
        try (var gateway = start()) {
            gateway.answerUpgrades(UpgradeAnswer.DEAD);
            try (var client = GatewayClient.good(gateway)) {
                assertThat(staysUnanswered(first(gateway).send(EVENT))).isTrue();
                client.socket().sendText("hello", true).get();
                assertThat(staysUnanswered(gateway.connections().get(0).ping())).isTrue();
                assertThat(client.frames()).isEmpty();
                assertThat(client.end()).isNull();
                assertThat(gateway.faults()).isEmpty();
            }
        }
    }

    @Test
    void aHalfDeadConnectionNeitherReadsNorSendsNorEnds() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            PlayedConnection connection = first(gateway);
            connection.die();
            assertThat(staysUnanswered(connection.send(EVENT))).isTrue();
            client.socket().sendPing(ByteBuffer.allocate(0)).get();
            client.socket().sendText("hello", true).get();
            assertThat(client.frames()).isEmpty();
            assertThat(client.end()).isNull();
            assertThat(connection.pings()).isZero();
            assertThat(gateway.faults()).isEmpty();
            // Nobody has told the gateway: it goes on to use the connection.
            assertThat(gateway.openConnections()).containsExactly(connection);
            connection.retire();
            assertThat(gateway.openConnections()).isEmpty();
            assertThat(connection.isEnded()).isFalse();
        }
    }

    @Test
    void aConnectionOnlyStopsSending() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            PlayedConnection connection = first(gateway);
            connection.stopSending();
            assertThat(staysUnanswered(connection.send(EVENT))).isTrue();
            client.socket().sendPing(ByteBuffer.allocate(0)).get();
            await().until(() -> connection.pings() == 1);
            client.socket().sendText("hello", true).get();
            await().until(() -> connection.received().contains("hello"));
            assertThat(client.frames()).isEmpty();
        }
    }

    @Test
    void aSlowReaderSendsButNeverReads() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            PlayedConnection connection = first(gateway);
            connection.stopReading();
            assertThat(staysUnanswered(connection.send(EVENT))).isTrue();
            await().until(() -> client.frames().size() == 1);
            assertThat(staysUnanswered(connection.send(EVENT))).isTrue();
            await().until(() -> client.frames().size() == 2);
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aConnectionEndsWithoutACloseFrame(boolean reset) throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            PlayedConnection connection = first(gateway);
            if (reset) {
                connection.reset();
            } else {
                connection.drop();
            }
            await().until(() -> client.end() != null);
            // 1006: the client's own word for an end without a close frame.
            assertThat(client.end()).contains(reset ? "Exception" : "1006");
            assertThat(connection.closeCode()).isEmpty();
            assertThat(connection.isEnded()).isTrue();
        }
    }

    @Test
    void anErrorComesWithoutAClose() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            PlayedConnection connection = first(gateway);
            connection.sendBytes(new byte[] {(byte) 0xff, 0});
            await().until(() -> client.end() != null);
            assertThat(client.end()).contains("Exception");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "WHOLE")
    void aFrameComesInPieces(FrameForm form) throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            var event = PlayedFrame.event("t", "e1", "c1", 1, "{\"title\":\"欧阳娜娜提交的𠮷\"}");
            assertThat(answer(first(gateway).send(event, form)).isSuccess()).isTrue();
            assertThat(client.frames().get(0).path("data").asString()).isEqualTo("{\"title\":\"欧阳娜娜提交的𠮷\"}");
            switch (form) {
                case FRAGMENTS_OF_ONE_BYTE -> assertThat(client.parts()).isGreaterThan(200);
                case PINGS_BETWEEN_FRAGMENTS -> assertThat(client.pings()).isEqualTo(3);
                default -> assertThat(client.parts()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"307200", "2200000"})
    void aFrameIsLarge(int bytes) throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            assertThat(answer(first(gateway).send(EVENT.withPadding(bytes))).isSuccess())
                    .isTrue();
            assertThat(client.frames().get(0).path("data").asString()).hasSizeGreaterThan(bytes);
        }
    }

    @Test
    void twoFramesComeInOneSegment() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            for (CompletableFuture<FrameAnswer> answer : first(gateway).sendTogether(List.of(EVENT, EVENT))) {
                assertThat(answer(answer).isSuccess()).isTrue();
            }
            assertThat(client.frames()).hasSize(2);
        }
    }

    @Test
    void theSameMessageIdComesAgain() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            PlayedConnection connection = first(gateway);
            assertThat(answer(connection.send(EVENT, "m-1", FrameForm.WHOLE)).isSuccess())
                    .isTrue();
            assertThat(answer(connection.send(EVENT, "m-1", FrameForm.WHOLE)).isSuccess())
                    .isTrue();
            assertThat(client.frames()).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 3"})
    void whatIsNotAcknowledgedComesAgain(boolean sameMessageId, int ids) throws Exception {
        var times = new AtomicInteger();
        try (var gateway = start();
                // First no answer, then LATER, and only then SUCCESS.
                var client = GatewayClient.connect(gateway, frame -> switch (times.getAndIncrement()) {
                    case 0 -> null;
                    case 1 -> GatewayClient.answer(frame, "LATER");
                    default -> GatewayClient.answer(frame);
                })) {
            first(gateway);
            // Only the first delivery may run into the limit: the others are answered at once, however busy the machine
            // is.
            var redelivery = new Redelivery(Redelivery.DINGTALK_LIMIT, Duration.ofMillis(10), 5, sameMessageId);
            assertThat(answer(gateway.deliver(EVENT, redelivery)).isSuccess()).isTrue();
            assertThat(client.frames()).hasSize(3);
            assertThat(client.frames().stream()
                            .map(f -> f.path("headers").path("messageId").asString())
                            .distinct())
                    .hasSize(ids);
            assertThat(gateway.count(GatewayCount.REDELIVERIES)).isEqualTo(2);
            assertThat(gateway.count(GatewayCount.LATER)).isOne();
        }
    }

    @Test
    void aDeliveryIsGivenUpAtTheEnd() throws Exception {
        try (var gateway = start();
                var unused = GatewayClient.connect(gateway, frame -> GatewayClient.answer(frame, "LATER"))) {
            first(gateway);
            var redelivery = new Redelivery(SHORT, Duration.ofMillis(10), 2, false);
            assertThatThrownBy(() -> answer(gateway.deliver(EVENT, redelivery)))
                    .hasMessageContaining("after the last delivery");
            assertThat(gateway.count(GatewayCount.EVENTS)).isEqualTo(3);
        }
    }

    @Test
    void disconnectIsSaidTwiceAndTheOldConnectionGoesOn() throws Exception {
        try (var gateway = start();
                var old = GatewayClient.good(gateway)) {
            PlayedConnection connection = first(gateway);
            answer(connection.disconnect("connection is expired"));
            answer(connection.disconnect("connection is expired"));
            try (var next = GatewayClient.good(gateway)) {
                assertThat(gateway.awaitConnections(1, Duration.ofSeconds(60))).isTrue();
                assertThat(answer(connection.send(EVENT)).isSuccess()).isTrue();
                assertThat(answer(gateway.push(EVENT)).connection()).isEqualTo(2);
                assertThat(old.frames()).hasSize(3);
                assertThat(next.frames()).hasSize(1);
            }
        }
    }

    @Test
    void whatIsNoFrameComesAsItIs() throws Exception {
        var texts = new AtomicInteger();
        try (var gateway = start();
                var unused = GatewayClient.connect(gateway, frame -> {
                    texts.incrementAndGet();
                    return null;
                })) {
            first(gateway).sendText("not JSON");
            await().until(() -> texts.get() == 1);
        }
    }
}
