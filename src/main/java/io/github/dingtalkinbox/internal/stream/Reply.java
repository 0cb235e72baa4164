package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.internal.json.Texts;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer to a frame. (DingTalk's page "stream/protocol". Its own clients differ in how they say that an event failed;
 * this is the documented form.)
 */
final class Reply {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    private Reply() {}

    /** It has taken effect, or is in the queue. */
    static String success(Frame event) {
        return toJson(event, OK, "OK", "{\"status\":\"SUCCESS\",\"message\":\"OK\"}");
    }

    /** It is to be delivered again. */
    static String later(Frame event) {
        return toJson(event, OK, "OK", "{\"status\":\"LATER\",\"message\":\"deliver it again\"}");
    }

    /** Of a ping: what it brought, unchanged. */
    static String pong(Frame ping) {
        return toJson(ping, OK, "OK", ping.data());
    }

    /** The message of a robot or card was seen. */
    static String ofCallback(Frame callback) {
        return toJson(callback, OK, "OK", "{\"response\":{}}");
    }

    static String seen(Frame disconnect) {
        return toJson(disconnect, OK, "OK", "");
    }

    static String unknown(Frame frame) {
        return toJson(frame, NOT_FOUND, "not found", "");
    }

    private static String toJson(Frame frame, int code, String message, String data) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("code", code);
        json.put("message", message);
        json.putObject("headers").put("messageId", frame.messageId()).put("contentType", "application/json");
        if (!data.isEmpty()) {
            json.put("data", data);
        }
        return Texts.escapeSurrogates(json.toString()); // the JDK sends no lone ones, and ends the connection
    }
}
