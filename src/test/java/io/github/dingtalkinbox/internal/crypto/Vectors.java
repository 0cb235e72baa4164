package io.github.dingtalkinbox.internal.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Messages that other implementations, and DingTalk itself, produced or must refuse. */
record Vectors(String about, List<Vector> positive, List<Vector> quirks, List<Vector> negative) {

    record Vector(
            String name,
            String token,
            String aesKey,
            String ownerKey,
            String timestamp,
            String nonce,
            String encrypt,
            String signature,
            @Nullable String plaintext,
            @Nullable String wirePlaintext,
            @Nullable Integer padByte,
            @Nullable String expect) {
        Credentials credentials() {
            return new Credentials(token, aesKey, ownerKey);
        }

        byte[] open() {
            return new CallbackCrypto(credentials()).open(new Envelope(signature, timestamp, nonce, encrypt));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Vectors read() {
        try (var file = Vectors.class.getResourceAsStream("/dingtalk/vectors.json")) {
            return JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(file, Vectors.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
