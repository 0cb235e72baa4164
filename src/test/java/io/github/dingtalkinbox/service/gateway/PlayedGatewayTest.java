package io.github.dingtalkinbox.service.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What the gateway does when it behaves well. */
@SuppressWarnings("try") // a client that nobody asks anything
class PlayedGatewayTest {
    static final GatewaySettings SETTINGS =
            GatewaySettings.of(GatewayClient.ID, GatewayClient.SECRET).withPing(Duration.ofMinutes(10));
    static final PlayedFrame EVENT = PlayedFrame.event(
            "bpms_instance_change", "e5f0", "ding0001", 1698551139950L, "{\"processInstanceId\":\"pi-1\"}");

    static PlayedGateway start() throws IOException {
        return PlayedGateway.start(SETTINGS, Clock.systemUTC());
    }

    static FrameAnswer answer(CompletableFuture<FrameAnswer> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    @Test
    void anEventIsAFrameLikeDingTalksAndItsAnswerIsRead() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            assertThat(gateway.awaitConnections(1, Duration.ofSeconds(60))).isTrue();
            FrameAnswer answer = answer(gateway.push(EVENT));

            assertThat(answer.fault()).isNull();
            assertThat(answer.isSuccess()).isTrue();
            assertThat(answer.time()).isPositive();
            JsonNode frame = client.frames().get(0);
            assertThat(frame.propertyNames()).containsExactly("specVersion", "type", "headers", "data");
            assertThat(frame.path("specVersion").asString()).isEqualTo("1.0");
            assertThat(frame.path("type").asString()).isEqualTo("EVENT");
            assertThat(frame.path("headers").propertyNames())
                    .containsExactlyInAnyOrder(
                            "topic",
                            "messageId",
                            "contentType",
                            "time",
                            "appId",
                            "connectionId",
                            "eventType",
                            "eventId",
                            "eventCorpId",
                            "eventBornTime",
                            "eventUnifiedAppId");
            assertThat(frame.path("headers").values()).allMatch(JsonNode::isString);
            assertThat(frame.path("headers").path("topic").asString()).isEqualTo("*");
            assertThat(frame.path("headers").path("eventBornTime").asString()).isEqualTo("1698551139950");
            assertThat(frame.path("data").asString()).isEqualTo("{\"processInstanceId\":\"pi-1\"}");
            assertThat(gateway.faults()).isEmpty();
            assertThat(gateway.count(GatewayCount.SUCCESS)).isOne();
        }
    }

    @Test
    void eventsGoToOneOfTheConnectionsAtRandom() throws Exception {
        try (var gateway = start();
                var one = GatewayClient.good(gateway);
                var other = GatewayClient.good(gateway)) {
            gateway.awaitConnections(2, Duration.ofSeconds(60));
            for (int i = 0; i < 100; i++) {
                answer(gateway.push(EVENT));
            }
            assertThat(one.frames()).hasSizeBetween(20, 80);
            assertThat(other.frames()).hasSize(100 - one.frames().size());
        }
    }

    @Test
    void itGoesAwayWithACloseFrameAndTakesNoMoreConnections() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            gateway.awaitConnections(1, Duration.ofSeconds(60));
            gateway.goAway();
            await().until(() -> client.end() != null);
            assertThat(client.end()).isEqualTo("1001");
            assertThat(gateway.connections().get(0).closeCode()).hasValue(1001);
            assertThatThrownBy(() -> GatewayClient.good(gateway)).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void whatIsWrongWithARefusedCallIsTold() throws Exception {
        List<String> refusals = new CopyOnWriteArrayList<>();
        try (var gateway = PlayedGateway.start(SETTINGS, Clock.systemUTC(), refusals::add)) {
            GatewayClient.open(gateway, GatewayClient.CALL);
            GatewayClient.open(gateway, GatewayClient.CALL.replace("s3cret", "other"));
            GatewayClient.open(gateway, GatewayClient.CALL.replace(GatewayClient.ID, "other"));
            GatewayClient.open(gateway, GatewayClient.CALL.replace(GatewayClient.ID, ""));
            GatewayClient.open(gateway, "no JSON");
            assertThat(refusals)
                    .containsExactly(
                            "its Client ID is right, but its Client Secret is wrong",
                            "its Client ID is not " + GatewayClient.ID + " but other",
                            "its Client ID is not " + GatewayClient.ID + " but missing",
                            "the body is not JSON");
        }
    }

    @Test
    void theListOfFailedCallbacksIsEmpty() throws Exception {
        try (var gateway = start()) {
            assertThat(get(gateway, "/gettoken?appkey=a&appsecret=b")).contains("\"errcode\":0", "\"access_token\":\"");
            assertThat(get(gateway, "/call_back/get_call_back_failed_result?access_token=a"))
                    .contains("\"errcode\":0", "\"failed_list\":[]");
        }
    }

    private static String get(PlayedGateway gateway, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(gateway.baseUrl().resolve(path)).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void pingsAreSentAndTheirAnswersChecked() throws Exception {
        try (var gateway = PlayedGateway.start(SETTINGS.withPing(Duration.ofMillis(20)), Clock.systemUTC());
                var unused = GatewayClient.good(gateway)) {
            await().until(() -> gateway.count(GatewayCount.PINGS_ANSWERED) >= 3);
            assertThat(gateway.faults()).isEmpty();
        }
    }

    @Test
    void everyFrameHasAnAnswerOfItsOwn() throws Exception {
        try (var gateway = start();
                var unused = GatewayClient.good(gateway)) {
            gateway.awaitConnections(1, Duration.ofSeconds(60));
            for (PlayedFrame frame : List.of(
                    PlayedFrame.callback("/v1.0/im/bot/messages/get", "{\"text\":\"hi\"}"),
                    PlayedFrame.of("NEWS", "*", "{}"),
                    PlayedFrame.system("REGISTERED", "{}"),
                    PlayedFrame.ping("7d2f"),
                    EVENT.withTopic("dingTalk"),
                    EVENT.withMisnamedHeaders())) {
                assertThat(answer(gateway.push(frame)).fault())
                        .as(frame.toString())
                        .isNull();
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"code\":200,\"message\":\"OK\",\"headers\":{\"messageId\":\"%s\"},\"data\":\"\"} | contentType",
                "{\"code\":\"200\",\"message\":\"OK\",\"headers\":{\"messageId\":\"%s\",\"contentType\":\"application/json\"}}"
                        + " | code is not a number",
                "{\"code\":500,\"message\":\"OK\",\"headers\":{\"messageId\":\"%s\",\"contentType\":\"application/json\"}}"
                        + " | code is 500 instead of 200",
                "{\"code\":200,\"message\":\"OK\",\"headers\":{\"messageId\":\"%s\",\"contentType\":\"application/json\"},"
                        + "\"data\":\"{\\\"status\\\":\\\"FINE\\\"}\"} | neither SUCCESS nor LATER",
            })
    void aWrongAnswerIsAFault(String wrong, String fault) throws Exception {
        try (var gateway = start();
                var unused = GatewayClient.connect(
                        gateway,
                        frame -> wrong.formatted(PlayedFrame.MAPPER
                                .readTree(frame)
                                .path("headers")
                                .path("messageId")
                                .asString()))) {
            gateway.awaitConnections(1, Duration.ofSeconds(60));
            FrameAnswer answer = answer(gateway.push(EVENT));
            assertThat(answer.fault()).contains(fault);
            assertThat(answer.isSuccess()).isFalse();
            assertThat(gateway.faults()).hasSize(1).allMatch(f -> f.contains(fault));
            assertThat(gateway.count(GatewayCount.SUCCESS)).isZero();
        }
    }

    @Test
    void anAnswerThatBelongsToNothingIsAFault() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            client.socket()
                    .sendText(GatewayClient.answer("{\"type\":\"EVENT\"}"), true)
                    .get();
            client.socket().sendText("hello", true).get();
            await().until(() -> gateway.faults().size() == 2);
            assertThat(gateway.faults().get(0)).contains("not sent on it");
            assertThat(gateway.faults().get(1)).contains("not a JSON object");
        }
    }

    @Test
    void aTicketIsGoodForOneConnectionAndOnlyForAWhile() throws Exception {
        try (var gateway = PlayedGateway.start(SETTINGS.withTicketLife(Duration.ofSeconds(90)), Clock.systemUTC())) {
            URI target = GatewayClient.target(GatewayClient.open(gateway, GatewayClient.CALL));
            GatewayClient.connect(target).close();
            assertThatThrownBy(() -> GatewayClient.connect(target))
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            e -> assertThat(e.getResponse().statusCode()).isEqualTo(401));
        }
        try (var gateway = PlayedGateway.start(SETTINGS.withTicketLife(Duration.ZERO), Clock.systemUTC())) {
            assertThatThrownBy(() -> GatewayClient.good(gateway)).isInstanceOf(WebSocketHandshakeException.class);
            assertThat(gateway.count(GatewayCount.CONNECTIONS_REFUSED)).isOne();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "s3cret, other, 401, authFailed",
        "dingtestappkey01, dingother, 401, authFailed",
        "dingtalk-inbox-java/1.0, no version, 400, ua invalid",
        "EVENT, EVENTS, 400, subscriptions invalid",
        "*, bpms_instance_change, 400, subscriptions invalid",
        "{, [, 400, not JSON",
    })
    void aWrongOpenCallIsRefused(String right, String wrong, int status, String said) throws Exception {
        try (var gateway = start()) {
            HttpResponse<String> refused =
                    GatewayClient.open(gateway, GatewayClient.CALL.replaceFirst("\\Q" + right + "\\E", wrong));
            assertThat(refused.statusCode()).isEqualTo(status);
            assertThat(refused.body()).contains(said, "requestid");
            assertThat(gateway.count(GatewayCount.OPEN_CALLS_REFUSED)).isOne();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept", "Content-Type"})
    void bothHeadersAreNeeded(String without) throws Exception {
        try (var gateway = start()) {
            HttpRequest request = GatewayClient.openCall(gateway.baseUrl(), GatewayClient.CALL)
                    .setHeader(without, "text/plain")
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    /** The JDK's client would not send it. */
    @Test
    void theLoginOfAProxyIsAFault() throws Exception {
        try (var gateway = start();
                var socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.getOutputStream()
                    .write("GET /connect HTTP/1.1\r\nproxy-Authorization: Basic eDp5\r\n\r\n".getBytes(US_ASCII));

            await().untilAsserted(() ->
                    assertThat(gateway.faults()).singleElement().asString().contains("login of a proxy", "/connect"));
        }
    }

    @Test
    void theOldSecretIsWrongAfterARotation() throws Exception {
        try (var gateway = start()) {
            gateway.rotateSecret("new");
            HttpResponse<String> refused = GatewayClient.open(gateway, GatewayClient.CALL);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(PlayedFrame.MAPPER
                            .readTree(refused.body())
                            .path("message")
                            .asString())
                    .isEqualTo("鉴权失败");
            assertThat(GatewayClient.open(gateway, GatewayClient.CALL.replace("s3cret", "new"))
                            .statusCode())
                    .isEqualTo(200);
            assertThat(gateway.openCalls()).hasSize(2).allMatch(call -> call.contains("dingtalk-inbox-java/1.0"));
        }
    }

    @Test
    void afterDisconnectComesSilence() throws Exception {
        try (var gateway = PlayedGateway.start(
                        SETTINGS.withSilence(Duration.ofMinutes(10)).withPing(Duration.ofMillis(20)),
                        Clock.systemUTC());
                var client = GatewayClient.good(gateway)) {
            gateway.awaitConnections(1, Duration.ofSeconds(60));
            PlayedConnection connection = gateway.connections().get(0);
            assertThat(answer(connection.disconnect("connection is expired")).fault())
                    .isNull();
            assertThat(gateway.openConnections()).isEmpty();
            assertThatThrownBy(() -> answer(gateway.push(EVENT)))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("No connection is open");
            // A real gateway may go on by mistake.
            assertThat(answer(connection.send(EVENT)).isSuccess()).isTrue();
            try (var other = GatewayClient.good(gateway)) {
                await().until(() -> topics(other).filter("ping"::equals).count() >= 5);
            }
            assertThat(topics(client).dropWhile(topic -> !topic.equals("disconnect")))
                    .containsExactly("disconnect", "*");
            assertThat(connection.isEnded()).isFalse();
        }
    }

    private static Stream<String> topics(GatewayClient client) {
        return client.frames().stream()
                .map(frame -> frame.path("headers").path("topic").asString());
    }

    @Test
    void afterTheSilenceComesTheEnd() throws Exception {
        Duration silence = Duration.ofMillis(300);
        try (var gateway = PlayedGateway.start(SETTINGS.withSilence(silence), Clock.systemUTC());
                var client = GatewayClient.good(gateway)) {
            gateway.awaitConnections(1, Duration.ofSeconds(60));
            PlayedConnection connection = gateway.connections().get(0);
            long asked = System.nanoTime();
            // Its answer may come too late.
            var unused = connection.disconnect("connection is expired");
            assertThat(connection.awaitEnd(Duration.ofSeconds(60))).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isGreaterThanOrEqualTo(silence);
            await().until(() -> client.end() != null);
        }
    }

    @Test
    void theClientsCloseCodeAndPingsAreSeen() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            gateway.awaitConnections(1, Duration.ofSeconds(60));
            PlayedConnection connection = gateway.connections().get(0);
            assertThat(connection.closeCode()).isEmpty();
            client.socket().sendPing(ByteBuffer.allocate(0)).get();
            await().until(() -> connection.pings() == 1);
            client.socket().sendClose(WebSocket.NORMAL_CLOSURE, "").get();
            assertThat(connection.awaitEnd(Duration.ofSeconds(60))).isTrue();
            assertThat(connection.closeCode()).hasValue(1000);
            await().untilAsserted(() -> assertThat(client.end()).isEqualTo("1000"));
        }
    }

    @Test
    void itClosesWithACodeOfItsOwn() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.good(gateway)) {
            gateway.awaitConnections(1, Duration.ofSeconds(60));
            gateway.connections().get(0).close(1001, "going away");
            await().untilAsserted(() -> assertThat(client.end()).isEqualTo("1001"));
            assertThat(gateway.connections().get(0).awaitEnd(Duration.ofSeconds(60)))
                    .isTrue();
        }
    }

    @Test
    void anAnswerThatCannotComeFails() throws Exception {
        try (var gateway = start();
                var client = GatewayClient.connect(gateway, frame -> null)) {
            gateway.awaitConnections(1, Duration.ofSeconds(60));
            CompletableFuture<FrameAnswer> answer = gateway.push(EVENT);
            client.close();
            assertThatThrownBy(() -> answer(answer)).hasMessageContaining("The connection has ended");
        }
    }

    @Test
    void manyEventsAtOnceAreAllAnswered() throws Exception {
        try (var gateway = start();
                var unused = GatewayClient.good(gateway)) {
            gateway.awaitConnections(1, Duration.ofSeconds(60));
            var all = IntStream.range(0, 100).mapToObj(i -> gateway.push(EVENT)).toList();
            for (CompletableFuture<FrameAnswer> answer : all) {
                assertThat(answer(answer).isSuccess()).isTrue();
            }
        }
    }
}
