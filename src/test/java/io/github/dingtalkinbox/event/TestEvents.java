package io.github.dingtalkinbox.event;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events made of the JSON that DingTalk would send, for tests of what happens after an event has been read. */
public final class TestEvents {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Instant RECEIVED_AT = Instant.parse("2026-09-21T12:00:00Z");

    private TestEvents() {}

    /** An event of the app {@code default}. Without an {@code eventId} its identity is the hash of the text. */
    public static Event of(String json) {
        JsonNode tree = JSON.readTree(json);
        byte[] sha256 = sha256(json);
        String corpId = tree.path("CorpId").asString(tree.path("corpId").asString(""));
        String eventId = tree.path("eventId").asString(HexFormat.of().formatHex(sha256));
        return new Event(
                "default",
                corpId,
                tree.path("EventType").asString(),
                new Identity("default:" + eventId, null, null),
                tree.path("EventTime").isNumber()
                        ? Instant.ofEpochMilli(tree.path("EventTime").asLong())
                        : null,
                new Delivery(Transport.HTTP, RECEIVED_AT, null),
                new Payload(tree, tree.toString(), null, sha256));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
