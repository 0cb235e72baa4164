package io.github.dingtalkinbox.internal.stream;

import static io.github.dingtalkinbox.internal.stream.StreamFixture.SOON;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.answer;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.event;
import static io.github.dingtalkinbox.internal.stream.StreamFixture.quick;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.http.HttpClients;
import io.github.dingtalkinbox.internal.stream.StreamListener.Acknowledgement;
import io.github.dingtalkinbox.internal.stream.StreamListener.FrameKind;
import io.github.dingtalkinbox.service.gateway.FrameAnswer;
import io.github.dingtalkinbox.service.gateway.FrameForm;
import io.github.dingtalkinbox.service.gateway.GatewayCount;
import io.github.dingtalkinbox.service.gateway.GatewaySettings;
import io.github.dingtalkinbox.service.gateway.PlayedConnection;
import io.github.dingtalkinbox.service.gateway.PlayedFrame;
import io.github.dingtalkinbox.service.gateway.UpgradeAnswer;
import io.github.dingtalkinbox.testing.SelfSigned;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Frames in all forms and sizes, and what is not one. */
class StreamFramesTest {
    private static final int LARGE = 300 * 1024;

    @ParameterizedTest
    @EnumSource
    void aFrameOf300KiBIsReadInWhateverPartsItComes(FrameForm form) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamTimes.usual(SOON));
            PlayedConnection connection = stream.first();

            assertThat(answer(connection.send(event("small"), form)).isSuccess())
                    .isTrue();
            assertThat(answer(connection.send(withPadding("large", LARGE), form))
                            .isSuccess())
                    .isTrue();
            assertThat(stream.received).extracting(Event::id).containsExactly("default:small", "default:large");
            assertThat(stream.received.get(1).payload().json().path("padding").asString())
                    .hasSize(LARGE)
                    .startsWith("审批");
            assertThat(stream.gateway.faults()).isEmpty();
            assertThat(stream.endings).isEmpty();
        }
    }

    @Test
    void twoFramesInOneSegmentAreTwoEvents() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, quick());
            List<CompletableFuture<FrameAnswer>> answers =
                    stream.first().sendTogether(List.of(event("one"), PlayedFrame.ping("a"), event("two")));

            assertThat(answer(answers.get(0)).isSuccess()).isTrue();
            assertThat(answer(answers.get(1)).fault()).isNull();
            assertThat(answer(answers.get(2)).isSuccess()).isTrue();
            assertThat(stream.received).extracting(Event::id).containsExactlyInAnyOrder("default:one", "default:two");
        }
    }

    @Test
    void aMessageIdThatComesAgainIsAnsweredAgain() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, quick());
            PlayedConnection connection = stream.first();

            for (int i = 0; i < 3; i++) {
                assertThat(answer(connection.send(event("same"), "m-1", FrameForm.WHOLE))
                                .isSuccess())
                        .isTrue();
            }
            assertThat(stream.received).extracting(Event::id).containsOnly("default:same");
            assertThat(stream.gateway.faults()).isEmpty();
        }
    }

    @Test
    void aFrameThatIsTooLargeIsCountedAndToBeDeliveredLaterAndTheNextOneIsRead() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamTimes.usual(SOON));
            PlayedConnection connection = stream.first();

            assertThat(answer(connection.send(withPadding("most", FrameAssembler.LARGEST - 1000)))
                            .isSuccess())
                    .isTrue();
            assertThat(answer(connection.send(withPadding("too large", FrameAssembler.LARGEST)))
                            .isLater())
                    .isTrue();
            assertThat(answer(connection.send(event("next"))).isSuccess()).isTrue();
            assertThat(stream.received).extracting(Event::id).containsExactly("default:most", "default:next");
            assertThat(stream.frames).containsExactly(FrameKind.EVENT, FrameKind.TOO_LARGE, FrameKind.EVENT);
            await().until(() -> stream.acknowledgements.equals(
                    List.of(Acknowledgement.SUCCESS, Acknowledgement.LATER, Acknowledgement.SUCCESS)));
            assertThat(stream.endings).isEmpty();
        }
    }

    @Test
    void whatIsNoEventIsAnsweredAsTheProtocolWants() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, quick());
            PlayedConnection connection = stream.first();
            connection.sendText("not JSON");
            connection.sendText("{}");
            connection.sendText("[" + "[".repeat(2000));
            var unused = connection.send(PlayedFrame.system("REGISTERED", "{}"));

            for (PlayedFrame frame : List.of(
                    PlayedFrame.callback("/v1.0/im/bot/messages/get", "{\"text\":\"hello\"}"),
                    PlayedFrame.of("NEWS", "*", "{}"))) {
                assertThat(answer(connection.send(frame)).fault()).isNull();
            }
            assertThat(answer(connection.send(event("misnamed").withMisnamedHeaders()))
                            .isSuccess())
                    .isTrue();
            assertThat(answer(connection.send(event("topic").withTopic("dingTalk")))
                            .isSuccess())
                    .isTrue();
            assertThat(answer(connection.send(PlayedFrame.of("EVENT", "*", "{}")))
                            .isLater())
                    .isTrue();
            assertThat(stream.frames)
                    .containsExactly(
                            FrameKind.UNREADABLE,
                            FrameKind.UNKNOWN,
                            FrameKind.UNREADABLE,
                            FrameKind.SYSTEM,
                            FrameKind.CALLBACK,
                            FrameKind.UNKNOWN,
                            FrameKind.EVENT,
                            FrameKind.EVENT,
                            FrameKind.EVENT);
            assertThat(stream.endings).isEmpty();
        }
    }

    @Test
    void aTicketThatIsRefusedIsNotUsedAgain() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.gateway.answerNextUpgrades(2, UpgradeAnswer.REFUSED);
            stream.start(1, quick());
            stream.first();

            assertThat(stream.gateway.count(GatewayCount.OPEN_CALLS)).isEqualTo(3);
            assertThat(stream.gateway.count(GatewayCount.CONNECTIONS_REFUSED)).isEqualTo(2);
            assertThat(stream.gateway.count(GatewayCount.CONNECTIONS)).isOne();
        }
    }

    @Test
    void itIsTheSameOverTls(@TempDir Path folder) throws Exception {
        SSLContext tls = new SelfSigned(folder).context();
        GatewaySettings settings = GatewaySettings.of(StreamFixture.KEYS.clientId(), StreamFixture.KEYS.clientSecret())
                .withTls(tls);
        try (StreamFixture stream = new StreamFixture(settings)) {
            HttpClient trusting = HttpClient.newBuilder().sslContext(tls).build();
            stream.start(2, quick(), () -> trusting);
            PlayedConnection connection = stream.first();

            assertThat(stream.gateway.baseUrl()).hasScheme("https");
            assertThat(answer(connection.send(withPadding("encrypted", LARGE))).isSuccess())
                    .isTrue();
            assertThatThrownBy(() -> new Gateway(() -> HttpClients.through(null), stream.gateway.baseUrl())
                            .open(StreamFixture.KEYS, new WebSocket.Listener() {}))
                    .isInstanceOf(OpenFailed.class)
                    .hasMessageContaining("SSLHandshakeException");
        }
    }

    private static PlayedFrame withPadding(String eventId, int length) {
        return PlayedFrame.event(
                "bpms_instance_change",
                eventId,
                "ding0001",
                1698551139950L,
                "{\"processInstanceId\":\"pi-" + eventId.replace(' ', '-') + "\",\"type\":\"start\",\"padding\":\"审批"
                        + "x".repeat(length - 2) + "\"}");
    }
}
