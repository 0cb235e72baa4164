package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.internal.json.JsonReading;
import io.github.dingtalkinbox.internal.json.JsonReading.NotJson;
import io.github.dingtalkinbox.internal.json.JsonText;
import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.json.Texts;
import io.github.dingtalkinbox.internal.json.Utf8;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an event says: JSON, read once. A handler usually wants {@link #json}.
 *
 * <p>Immutable by convention, so that it is not copied for every reader: do not change the arrays or the tree. Safe for use by
 * many threads.
 */
public final class Payload {
    private static final JsonMapper MAPPER = new JsonMapper();
    private final JsonNode asSent;
    private final JsonNode json;
    private final String jsonb;
    private final byte @Nullable [] raw;
    private final byte[] sha256;

    private Payload(JsonNode asSent, JsonNode json, String jsonb, byte @Nullable [] raw, byte[] sha256) {
        this.asSent = asSent;
        this.json = json;
        this.jsonb = jsonb;
        this.raw = raw;
        this.sha256 = sha256;
    }

    /**
     * Reads what was sent. A byte that is not UTF-8 is kept: in {@link #raw()}, and, as a lone surrogate, in
     * {@link #asSent()}.
     *
     * @throws NotAnEvent if it is not JSON
     */
    public static Payload read(byte[] sent) {
        String text = new String(sent, UTF_8); // the fastest way, but it puts U+FFFD where something is broken
        return read(text.indexOf('\uFFFD') < 0 ? text : Utf8.decode(sent));
    }

    /**
     * Reads a text.
     *
     * @throws NotAnEvent if it is not JSON
     */
    public static Payload read(String text) {
        String unmarked = JsonText.withoutMark(text);
        JsonReading.ReadJson read;
        try {
            read = JsonReading.read(unmarked);
        } catch (NotJson e) {
            throw new NotAnEvent(String.valueOf(e.getMessage()));
        }
        byte[] sha256 = Sha256.of(read.canonical());
        if (read.faithful() && unmarked.length() == text.length()) {
            return new Payload(read.root(), read.root(), text, null, sha256);
        }
        JsonNode sanitised = sanitise(projection(unmarked, read));
        return new Payload(read.root(), sanitised, MAPPER.writeValueAsString(sanitised), Utf8.encode(text), sha256);
    }

    /**
     * The payload that a database has kept.
     *
     * @param jsonb as {@link #jsonb()}, whatever PostgreSQL has made of its spaces and the order of its keys
     * @param raw as {@link #raw()}
     * @param sha256 as {@link #sha256()}
     */
    public static Payload restore(String jsonb, byte @Nullable [] raw, byte[] sha256) {
        Payload read = raw == null ? read(jsonb) : read(raw);
        return new Payload(read.asSent, read.json, read.jsonb, raw, sha256);
    }

    /** A byte that is no UTF-8 may have read as one half of a character: it is replaced before the other half is read. */
    private static JsonNode projection(String text, JsonReading.ReadJson read) {
        return Texts.isStorable(text)
                ? read.root()
                : JsonReading.read(Texts.sanitise(text)).root();
    }

    private static JsonNode sanitise(JsonNode node) {
        if (node.isString()) {
            return JsonNodeFactory.instance.stringNode(Texts.sanitise(node.stringValue()));
        }
        if (node.isObject()) {
            ObjectNode sanitised = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(e -> sanitised.set(Texts.sanitise(e.getKey()), sanitise(e.getValue())));
            return sanitised;
        }
        if (node.isArray()) {
            ArrayNode sanitised = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> sanitised.add(sanitise(element)));
            return sanitised;
        }
        return node;
    }

    /** The content as it was sent: fit for an identity, but not for a database. */
    public JsonNode asSent() {
        return asSent;
    }

    /**
     * The content as a tree. Every text in it can be stored in PostgreSQL: what {@code jsonb} cannot hold faithfully
     * stands here in the sanitised form, and the exact bytes are {@link #raw()}.
     */
    public JsonNode json() {
        return json;
    }

    /** The content as text that {@code jsonb} accepts. */
    public String jsonb() {
        return jsonb;
    }

    /** The exact decrypted bytes if {@link #jsonb()} does not say all that they say, else null. */
    public byte @Nullable [] raw() {
        return raw;
    }

    /** SHA-256 of the canonical JSON: equal for equal contents, whatever the order of their keys. 32 bytes. */
    public byte[] sha256() {
        return sha256;
    }

    /** Whether both say the same. */
    public boolean sameAs(Payload other) {
        return Arrays.equals(sha256, other.sha256);
    }
}
