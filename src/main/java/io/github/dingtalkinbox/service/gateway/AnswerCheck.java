package io.github.dingtalkinbox.service.gateway;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads an answer as DingTalk's protocol page has it: code, message, headers, and data that depends on the frame. */
final class AnswerCheck {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private final JsonNode answer;

    private AnswerCheck(JsonNode answer) {
        this.answer = answer;
    }

    /** Empty if it is not a JSON object. */
    static Optional<AnswerCheck> read(String text) {
        return Optional.of(json(text)).filter(JsonNode::isObject).map(AnswerCheck::new);
    }

    /** Empty if it has none. */
    String messageId() {
        return answer.path("headers").path("messageId").stringValue("");
    }

    /** {@code SUCCESS}, {@code LATER}, or empty if it says neither. */
    String status() {
        return json(answer.path("data").stringValue("")).path("status").stringValue("");
    }

    /** What is wrong with it as an answer to this frame; null: nothing. */
    @Nullable
    String faultFor(PlayedFrame frame) {
        if (!answer.path("headers").path("contentType").stringValue("").equals("application/json")) {
            return "headers.contentType is not application/json";
        }
        if (!answer.path("code").isInt() || !answer.path("message").isString()) {
            return "code is not a number, or message not a string";
        }
        int code = answer.path("code").intValue();
        int expected = frame.isEvent() || frame.isCallback() || frame.isPing() || frame.isDisconnect()
                ? OK
                : frame.isSystem() ? code : NOT_FOUND;
        if (code != expected) {
            return "code is " + code + " instead of " + expected;
        }
        return faultOfData(frame);
    }

    private @Nullable String faultOfData(PlayedFrame frame) {
        String data = answer.path("data").stringValue("");
        if (frame.isPing() && !data.equals(frame.data())) {
            return "data of the ping is not sent back unchanged";
        }
        if (frame.isEvent() && !status().equals(FrameAnswer.SUCCESS) && !status().equals(FrameAnswer.LATER)) {
            return "data.status is neither SUCCESS nor LATER";
        }
        if (frame.isCallback() && !json(data).has("response")) {
            return "data has no response";
        }
        return null;
    }

    private static JsonNode json(String text) {
        try {
            return PlayedFrame.MAPPER.readTree(text);
        } catch (JacksonException e) {
            return PlayedFrame.MAPPER.missingNode();
        }
    }
}
