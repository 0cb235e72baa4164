package io.github.dingtalkinbox.internal.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.service.gateway.PlayedConnection;
import io.github.dingtalkinbox.service.gateway.PlayedFrame;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Frames that are not as DingTalk documents them. */
class UnusualFramesTest {
    private static final String EVENT =
            "\"eventType\":\"bpms_instance_change\",\"eventId\":\"e-1\",\"eventCorpId\":\"ding0001\"";

    /** Operators are alarmed when there is one, and look into the log. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"EVENT\",\"headers\":{\"messageId\":\"m-1\"," + EVENT + "},\"data\":\"{}\"}x",
                "{\"type\":\"EVENT\",\"headers\":{\"messageId\":\"m-1\"," + EVENT + "},\"data\":",
            })
    @ExtendWith(OutputCaptureExtension.class)
    void anUnreadableFrameIsSaidAndIsToBeDeliveredLater(String text, CapturedOutput log) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamFixture.quick());

            assertThat(answer(stream.first(), text)).contains("\"m-1\"").contains("LATER");

            assertThat(stream.received).isEmpty();
            assertThat(stream.frames).contains(StreamListener.FrameKind.UNREADABLE);
            assertThat(log).contains("e-1").contains("not a frame of DingTalk's protocol");
        }
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void anUnreadableFrameWithoutAMessageIdIsSaid(CapturedOutput log) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamFixture.quick());

            stream.first().sendText("[]");

            await().untilAsserted(() -> assertThat(log).contains("not a frame of DingTalk's protocol"));
        }
    }

    /** Of such a frame, only the beginning is kept. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void aFrameThatIsTooLargeAndBeginsWithItsDataIsSaidAndNotAnswered(CapturedOutput log) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamTimes.usual(Duration.ofSeconds(90)));
            PlayedConnection connection = stream.first();

            connection.sendText("{\"type\":\"EVENT\",\"data\":\"" + "x".repeat(FrameAssembler.LARGEST)
                    + "\",\"headers\":{\"messageId\":\"m-1\"," + EVENT + "}}");
            assertThat(StreamFixture.answer(connection.send(StreamFixture.event("next")))
                            .isSuccess())
                    .isTrue();

            assertThat(connection.received()).singleElement().asString().doesNotContain("m-1");
            assertThat(stream.frames)
                    .containsExactly(StreamListener.FrameKind.TOO_LARGE, StreamListener.FrameKind.EVENT);
            assertThat(log).contains("is answered nothing: it is larger than");
        }
    }

    /** Events would be processed, and their answers would wait. */
    @Test
    void aConnectionOnWhichNothingIsReadIsReplaced() throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamFixture.quick());
            PlayedConnection deaf = stream.first();
            deaf.stopReading();

            for (int n = 0; n < 8; n++) { // answered with as much, which is more than TCP takes
                var unused = deaf.send(PlayedFrame.ping("x".repeat(1_000_000)));
            }
            await().until(
                            () -> { // it is not silent, so that is not the reason
                                var unused = deaf.send(PlayedFrame.ping("still here"));
                                return !stream.endings.isEmpty();
                            });

            assertThat(stream.endings).containsExactly(StreamListener.Ending.SILENT);
            assertThat(stream.connection(2)
                            .send(StreamFixture.event())
                            .get(20, TimeUnit.SECONDS)
                            .isSuccess())
                    .isTrue();
        }
    }

    /** Half a character, as a title has that was cut off: as JSON in a text, it may come as it is. */
    @ParameterizedTest
    @ValueSource(strings = {"d83d", "dc01", "dcff"})
    void anUnpairedSurrogateIsKept(String surrogate) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamFixture.quick());

            assertThat(answer(stream.first(), event("\"{\\\"title\\\":\\\"\\u" + surrogate + "\\\"}\"")))
                    .contains("SUCCESS");

            Payload payload = stream.received.get(0).payload();
            Payload sameByHttp = Payload.read(("{\"title\":\"\\u" + surrogate + "\"}").getBytes(UTF_8));
            assertThat(payload.sameAs(sameByHttp)).isTrue();
            assertThat(payload.raw()).isEqualTo(sameByHttp.raw());
        }
    }

    @ParameterizedTest
    @CsvSource({"EVENT, SUCCESS", "CALLBACK, response", "OTHER, 404"})
    void anUnpairedSurrogateInAMessageIdIsReturned(String type, String answer) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamFixture.quick());
            PlayedConnection connection = stream.first();

            String text = "{\"type\":\"" + type + "\",\"headers\":{\"messageId\":\"m-1\\ud83d\"," + EVENT + "}}";
            assertThat(answer(connection, text)).contains("\"m-1\\ud83d\"").contains(answer);

            assertThat(connection.isEnded()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "true, true", "null, {}", "'{\"a\":1}', '{\"a\":1}'", "[1], [1]"})
    void dataThatIsNoTextIsKept(String data, String payload) throws Exception {
        try (StreamFixture stream = new StreamFixture()) {
            stream.start(1, StreamFixture.quick());

            assertThat(answer(stream.first(), event(data))).contains("SUCCESS");

            assertThat(stream.received.get(0).payload().jsonb()).isEqualTo(payload);
        }
    }

    private static String event(String data) {
        return "{\"type\":\"EVENT\",\"headers\":{\"messageId\":\"m-1\"," + EVENT + "},\"data\":" + data + "}";
    }

    private static String answer(PlayedConnection connection, String frame) {
        connection.sendText(frame);
        List<String> answers = await().until(connection::received, received -> !received.isEmpty());
        return answers.get(0);
    }
}
