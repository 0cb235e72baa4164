package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.internal.json.JsonText;
import io.github.dingtalkinbox.internal.stream.StreamListener.FrameKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * What the gateway sends: {@code {"specVersion": "1.0", "type": …, "headers": {…}, "data": "<JSON in a text>"}}.
 * (DingTalk's page "stream/protocol". In one of its samples, {@code headers} lacks its last letter.)
 *
 * @param headers those with a text or a number
 * @param data empty if there is none
 */
record Frame(FrameKind kind, Map<String, String> headers, String data) {
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(FrameAssembler.LARGEST)
                    .build())
            .build();

    /** Reads a frame; one that cannot be read is {@link FrameKind#UNREADABLE}, with the headers that came before the fault. */
    static Frame read(String text) {
        Reading reading = new Reading(text);
        return reading.run() ? reading.frame() : new Frame(FrameKind.UNREADABLE, reading.headers, "");
    }

    /**
     * Reads the beginning of a frame that was too large.
     *
     * @return with as many of its headers as were in the beginning, and without its data
     */
    static Frame readStart(String text) {
        Reading reading = new Reading(text);
        reading.run();
        return new Frame(FrameKind.TOO_LARGE, reading.headers, "");
    }

    /** Empty if it has none. */
    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** What the answer has to name; empty: the frame cannot be answered. */
    String messageId() {
        return header("messageId");
    }

    private static final class Reading {
        private final String text;
        private final Map<String, String> headers = new HashMap<>();
        private String type = "";
        private String data = "";

        private Reading(String text) {
            this.text = text;
        }

        /** Whether it is a JSON object to its end. */
        private boolean run() {
            try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    return false;
                }
                while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                    member(json, json.currentName());
                }
                return json.nextToken() == null;
            } catch (JacksonException e) {
                return false;
            }
        }

        private void member(JsonParser json, String name) {
            JsonToken value = json.nextToken();
            switch (name) {
                case "type" -> type = value.isScalarValue() ? json.getString() : "";
                case "headers", "header" -> headers(json, value);
                case "data" -> data(json, value);
                default -> json.skipChildren();
            }
        }

        private void headers(JsonParser json, JsonToken value) {
            if (value != JsonToken.START_OBJECT) {
                json.skipChildren();
                return;
            }
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonToken header = json.nextToken();
                if (header == JsonToken.VALUE_STRING || header.isNumeric()) {
                    headers.put(name, json.getString());
                }
                json.skipChildren();
            }
        }

        private void data(JsonParser json, JsonToken value) {
            // Only a text is documented, but the meaning of anything else is clear.
            if (value == JsonToken.VALUE_STRING || value.isNumeric() || value.isBoolean()) {
                data = json.getString();
            } else if (value.isStructStart()) {
                json.skipChildren();
                List<String> all = JsonText.memberTexts(text, "data");
                data = all.get(all.size() - 1); // of repeated members, the last one counts
            }
        }

        private Frame frame() {
            FrameKind kind =
                    switch (type) {
                        case "SYSTEM" ->
                            switch (headers.getOrDefault("topic", "")) {
                                case "ping" -> FrameKind.PING;
                                case "disconnect" -> FrameKind.DISCONNECT;
                                default -> FrameKind.SYSTEM;
                            };
                        case "EVENT" -> FrameKind.EVENT;
                        case "CALLBACK" -> FrameKind.CALLBACK;
                        default -> FrameKind.UNKNOWN;
                    };
            return new Frame(kind, headers, data);
        }
    }
}
