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
 * The content of an event: JSON, parsed once. Handlers usually want {@link #json}.
 *
 * <p>Immutable by convention, to avoid copies: do not change the arrays or the tree. Safe for use by many threads.
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
     * Parses what was sent. Bytes that are not UTF-8 are kept: in {@link #raw()} and, as lone surrogates, in {@link
     * #asSent()}.
     *
     * @throws NotAnEvent if it is not JSON
     */
    public static Payload read(byte[] sent) {
        String text = new String(sent, UTF_8); // the fastest way, but it replaces broken bytes by U+FFFD
        return read(text.indexOf('\uFFFD') < 0 ? text : Utf8.decode(sent));
    }

    /**
     * Parses a text.
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
     * The payload from a row of the database.
     *
     * @param jsonb as {@link #jsonb()}, with any white space and order of keys
     * @param raw as {@link #raw()}
     * @param sha256 as {@link #sha256()}
     */
    public static Payload restore(String jsonb, byte @Nullable [] raw, byte[] sha256) {
        Payload read = raw == null ? read(jsonb) : read(raw);
        return new Payload(read.asSent, read.json, read.jsonb, raw, sha256);
    }

    /** A byte that is not UTF-8 could form a character with an escaped surrogate, so such bytes are replaced first. */
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

    /** The content as it was sent: suitable for an identity, but not for a database. */
    public JsonNode asSent() {
        return asSent;
    }

    /**
     * The content as a tree in which every text can be stored in PostgreSQL. What {@code jsonb} cannot store unchanged
     * is replaced; the exact bytes are in {@link #raw()}.
     */
    public JsonNode json() {
        return json;
    }

    /** The content as text that {@code jsonb} accepts. */
    public String jsonb() {
        return jsonb;
    }

    /** The exact decrypted bytes if {@link #jsonb()} differs from them in content, otherwise null. */
    public byte @Nullable [] raw() {
        return raw;
    }

    /** SHA-256 of the canonical JSON: equal for equal content, whatever the order of keys. 32 bytes. */
    public byte[] sha256() {
        return sha256;
    }

    /** Whether both have the same content. */
    public boolean sameAs(Payload other) {
        return Arrays.equals(sha256, other.sha256);
    }
}
