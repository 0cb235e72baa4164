package io.github.dingtalkinbox.service.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * A frame that the gateway sends; it gets its {@code messageId} when it is sent.
 *
 * @param type {@code SYSTEM}, {@code EVENT}, {@code CALLBACK}
 * @param topic {@code *} for an event
 * @param more the headers that only this type has, by name
 * @param data JSON text
 * @param headersName {@code headers}; in one of DingTalk's samples {@code header}
 */
public record PlayedFrame(String type, String topic, Map<String, String> more, String data, String headersName) {
    static final JsonMapper MAPPER = new JsonMapper();

    private static final String HEADERS = "headers";
    private static final String SYSTEM = "SYSTEM";
    private static final String EVENT = "EVENT";
    private static final String PING = "ping";
    private static final String DISCONNECT = "disconnect";

    public PlayedFrame {
        // Not Map.copyOf: the order of the headers is that of DingTalk's samples.
        more = new LinkedHashMap<>(more);
    }

    /**
     * An event.
     *
     * @param bornTime milliseconds since 1970
     * @param data the body that HTTP would have without EventType, CorpId, EventTime, BizId and eventId
     */
    public static PlayedFrame event(String eventType, String eventId, String corpId, long bornTime, String data) {
        var more = new LinkedHashMap<String, String>();
        more.put("eventType", eventType);
        more.put("eventId", eventId);
        more.put("eventCorpId", corpId);
        more.put("eventBornTime", Long.toString(bornTime));
        return new PlayedFrame(EVENT, "*", more, data, HEADERS);
    }

    public static PlayedFrame ping(String opaque) {
        return system(PING, MAPPER.writeValueAsString(Map.of("opaque", opaque)));
    }

    public static PlayedFrame disconnect(String reason) {
        return system(DISCONNECT, MAPPER.writeValueAsString(Map.of("reason", reason)));
    }

    /**
     * A frame of the gateway's own.
     *
     * @param topic such as {@code CONNECTED}, {@code REGISTERED} or {@code KEEPALIVE}
     */
    public static PlayedFrame system(String topic, String data) {
        return of(SYSTEM, topic, data);
    }

    /**
     * A message to a robot, or a click on a card.
     *
     * @param topic such as {@code /v1.0/im/bot/messages/get}
     */
    public static PlayedFrame callback(String topic, String data) {
        return of("CALLBACK", topic, data);
    }

    public static PlayedFrame of(String type, String topic, String data) {
        return new PlayedFrame(type, topic, Map.of(), data, HEADERS);
    }

    public PlayedFrame withTopic(String other) {
        return new PlayedFrame(type, other, more, data, headersName);
    }

    /** With {@code header} instead of {@code headers}, as in one of DingTalk's samples. */
    public PlayedFrame withMisnamedHeaders() {
        return new PlayedFrame(type, topic, more, data, "header");
    }

    /** With a text of this many characters more in its data, which has to be a JSON object with a member. */
    public PlayedFrame withPadding(int characters) {
        String padded = data.substring(0, data.lastIndexOf('}')) + ",\"padding\":\"" + "x".repeat(characters) + "\"}";
        return new PlayedFrame(type, topic, more, padded, headersName);
    }

    public boolean isEvent() {
        return type.equals(EVENT);
    }

    boolean isPing() {
        return type.equals(SYSTEM) && topic.equals(PING);
    }

    boolean isDisconnect() {
        return type.equals(SYSTEM) && topic.equals(DISCONNECT);
    }

    boolean isCallback() {
        return type.equals("CALLBACK");
    }

    boolean isSystem() {
        return type.equals(SYSTEM);
    }

    /** As it goes over the wire. */
    String text(String messageId, long time, String appId, String connectionId) {
        var headers = new LinkedHashMap<String, String>();
        headers.put("topic", topic);
        headers.put("contentType", "application/json");
        headers.put("messageId", messageId);
        headers.put("time", Long.toString(time));
        if (!isSystem()) {
            headers.put("appId", appId);
            headers.put("connectionId", connectionId);
        }
        headers.putAll(more);
        if (isEvent()) {
            headers.put("eventUnifiedAppId", appId);
        }
        var frame = new LinkedHashMap<String, Object>();
        frame.put("specVersion", "1.0");
        frame.put("type", type);
        frame.put(headersName, headers);
        frame.put("data", data);
        return MAPPER.writeValueAsString(frame);
    }
}
