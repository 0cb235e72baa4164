package io.github.dingtalkinbox.event;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an event says: JSON, read once.
 *
 * <p>Immutable by convention: nobody changes the arrays or the tree.
 */
public final class Payload {
    private final JsonNode json;
    private final String jsonb;
    private final byte @Nullable [] raw;
    private final byte[] sha256;

    Payload(JsonNode json, String jsonb, byte @Nullable [] raw, byte[] sha256) {
        this.json = json;
        this.jsonb = jsonb;
        this.raw = raw;
        this.sha256 = sha256;
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
