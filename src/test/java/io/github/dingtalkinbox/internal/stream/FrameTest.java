package io.github.dingtalkinbox.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.stream.StreamListener.FrameKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class FrameTest {
    private static final String EVENT = """
            {"specVersion":"1.0","type":"EVENT","headers":{"topic":"*","messageId":"c0a8-2","time":1698551140002,
             "eventType":"bpms_instance_change","eventId":"e5f0"},"data":"{\\"type\\":\\"start\\"}"}""";

    @ParameterizedTest
    @CsvSource({
        "SYSTEM, ping, PING",
        "SYSTEM, disconnect, DISCONNECT",
        "SYSTEM, CONNECTED, SYSTEM",
        "EVENT, *, EVENT",
        "EVENT, dingTalk, EVENT",
        "CALLBACK, /v1.0/im/bot/messages/get, CALLBACK",
        "event, *, UNKNOWN",
        "NEWS, *, UNKNOWN",
    })
    void itsKindFollowsFromTypeAndTopic(String type, String topic, FrameKind kind) {
        assertThat(Frame.read("{\"type\":\"" + type + "\",\"headers\":{\"topic\":\"" + topic + "\"}}")
                        .kind())
                .isEqualTo(kind);
    }

    @Test
    void headersAreTextsOrNumbersUnderEitherName() {
        for (String name : new String[] {"headers", "header"}) {
            Frame frame = Frame.read(EVENT.replace("headers", name));
            assertThat(frame.messageId()).isEqualTo("c0a8-2");
            assertThat(frame.header("time")).isEqualTo("1698551140002");
            assertThat(frame.header("missing")).isEmpty();
            assertThat(frame.data()).isEqualTo("{\"type\":\"start\"}");
        }
    }

    @Test
    void whatElseAFrameHasIsOfNoInterest() {
        Frame frame = Frame.read("""
                {"more":[{"type":"x"}],"type":"EVENT","headers":{"list":[1],"none":null,"object":{"messageId":"inner"},
                 "yes":true,"messageId":"m"},"data":{"type" : "start"}}""");
        assertThat(frame.kind()).isEqualTo(FrameKind.EVENT);
        assertThat(frame.messageId()).isEqualTo("m");
        assertThat(frame.headers()).containsOnlyKeys("messageId");
        assertThat(frame.data()).isEqualTo("{\"type\" : \"start\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "EVENT",
                "[]",
                "null",
                "{",
                "{\"type\":\"EVENT\"",
                "{\"type\":\"EVENT\"} {\"type\":\"EVENT\"}",
                "{'type':'EVENT'}",
                "{\"type\":\"EVENT\",\"headers\":{\"messageId\":\"m\"},\"data\":\"",
            })
    void whatIsNoJsonObjectIsUnreadable(String text) {
        assertThat(Frame.read(text).kind()).isEqualTo(FrameKind.UNREADABLE);
    }

    @Test
    void ofRepeatedMembersTheLastOneCounts() {
        String event = "{\"type\":\"EVENT\",\"data\":%s,\"data\":%s}";
        assertThat(Frame.read(event.formatted("\"{}\"", "{\"a\":1}")).data()).isEqualTo("{\"a\":1}");
        assertThat(Frame.read(event.formatted("{\"a\":1}", "\"{}\"")).data()).isEqualTo("{}");
        assertThat(Frame.read(event.formatted("{\"a\":1}", "{\"a\":2}")).data()).isEqualTo("{\"a\":2}");
    }

    @Test
    void theBeginningOfOneThatIsTooLargeHasItsHeaders() {
        for (int length : new int[] {EVENT.length() - 10, EVENT.length()}) {
            Frame start = Frame.readStart(EVENT.substring(0, length));
            assertThat(start.kind()).isEqualTo(FrameKind.TOO_LARGE);
            assertThat(start.messageId()).isEqualTo("c0a8-2");
            assertThat(start.header("eventId")).isEqualTo("e5f0");
            assertThat(start.data()).isEmpty();
        }
        assertThat(Frame.readStart(EVENT.substring(0, 20)).messageId()).isEmpty();
    }

    @Test
    void repliesAreThoseOfTheProtocol() {
        Frame event = Frame.read(EVENT.replace("c0a8-2", "a \\\" \\u0001"));
        JsonNode success = json(Reply.success(event));
        assertThat(success.path("code").asInt()).isEqualTo(200);
        assertThat(success.path("headers").path("messageId").asString()).isEqualTo("a \" \u0001");
        assertThat(success.path("headers").path("contentType").asString()).isEqualTo("application/json");
        assertThat(json(success.path("data").asString()).path("status").asString())
                .isEqualTo("SUCCESS");
        JsonNode later = json(Reply.later(event));
        assertThat(later.path("code").asInt()).isEqualTo(200);
        assertThat(json(later.path("data").asString()).path("status").asString())
                .isEqualTo("LATER");
        assertThat(json(Reply.pong(event)).path("data").asString()).isEqualTo("{\"type\":\"start\"}");
        assertThat(json(json(Reply.ofCallback(event)).path("data").asString()).has("response"))
                .isTrue();
        assertThat(json(Reply.unknown(event)).path("code").asInt()).isEqualTo(404);
    }

    private static JsonNode json(String text) {
        return new JsonMapper().readTree(text);
    }
}
