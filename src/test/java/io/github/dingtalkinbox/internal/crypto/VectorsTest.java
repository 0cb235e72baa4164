package io.github.dingtalkinbox.internal.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.dingtalkinbox.internal.crypto.EnvelopeException.SignatureMismatch;
import io.github.dingtalkinbox.internal.crypto.EnvelopeException.UndecipherableEnvelope;
import io.github.dingtalkinbox.internal.crypto.Vectors.Vector;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The envelope against independent implementations. */
class VectorsTest {
    private static final Vectors VECTORS = Vectors.read();

    static final List<Vector> POSITIVE = VECTORS.positive();
    static final List<Vector> QUIRKS = VECTORS.quirks();
    static final List<Vector> NEGATIVE = VECTORS.negative();

    private static final Map<String, Refusal> REFUSALS = Map.of(
            "reject:signature", new Refusal(SignatureMismatch.class, "signature does not match"),
            "reject:decrypt", new Refusal(UndecipherableEnvelope.class, ""),
            "reject:length", new Refusal(UndecipherableEnvelope.class, "length of the text"),
            "reject:padding(strict)", new Refusal(UndecipherableEnvelope.class, "padding"),
            "reject:ownerKey", new Refusal(OwnerKeyMismatch.class, "dingvectorappkey01"),
            "reject:config", new Refusal(InvalidCredential.class, "EncodingAESKey must be exactly 43 characters"),
            // The official code takes it. DingTalk does not send it, so a line break means a broken sender.
            "lenient-official-accepts", new Refusal(UndecipherableEnvelope.class, "not base64"));

    @Test
    void thereAreVectorsOfEveryKind() {
        assertThat(POSITIVE).hasSize(12);
        assertThat(QUIRKS).hasSize(1);
        assertThat(NEGATIVE).hasSize(19);
    }

    @ParameterizedTest
    @FieldSource("POSITIVE")
    void messageOfAnotherImplementationIsOpened(Vector vector) {
        assertThat(vector.open()).asString(UTF_8).isEqualTo(vector.plaintext());
    }

    @ParameterizedTest
    @FieldSource("POSITIVE")
    void sameMessageSealedHereIsTheSameByteForByte(Vector vector) throws Exception {
        byte[] padded = decrypt(vector);
        assertThat(padded[padded.length - 1])
                .isEqualTo(requireNonNull(vector.padByte()).byteValue());

        Envelope sealed = new CallbackCrypto(vector.credentials())
                .seal(
                        requireNonNull(vector.plaintext()).getBytes(UTF_8),
                        vector.timestamp(),
                        vector.nonce(),
                        Arrays.copyOf(padded, 16));

        assertThat(sealed)
                .isEqualTo(new Envelope(vector.signature(), vector.timestamp(), vector.nonce(), vector.encrypt()));
    }

    /** One npm package percent-encodes what it encrypts. That is its text then: it is not decoded behind its back. */
    @ParameterizedTest
    @FieldSource("QUIRKS")
    void quirkIsOpenedAsItStandsOnTheWire(Vector vector) {
        assertThat(vector.open())
                .asString(UTF_8)
                .isEqualTo(vector.wirePlaintext())
                .isNotEqualTo(vector.plaintext());
    }

    @ParameterizedTest
    @FieldSource("NEGATIVE")
    void badMessageIsRefusedForItsReason(Vector vector) {
        Refusal refusal = requireNonNull(REFUSALS.get(vector.expect()), vector.expect());
        assertThatThrownBy(vector::open)
                .isExactlyInstanceOf(refusal.type())
                .hasMessageContaining(refusal.says())
                .message()
                .doesNotContain(vector.token(), vector.aesKey());
    }

    @Test
    void messageForAnotherOwnerNamesHim() {
        Vector vector = NEGATIVE.stream()
                .filter(v -> v.name().equals("neg-wrong-ownerkey"))
                .findFirst()
                .orElseThrow();
        var mismatch = catchThrowableOfType(OwnerKeyMismatch.class, vector::open);
        assertThat(requireNonNull(mismatch).received()).isEqualTo("dingvectorappkey01");
    }

    /** On its own, so that the encryption is not checked by the decryption next to it. */
    private static byte[] decrypt(Vector vector) throws Exception {
        byte[] key = Base64.getDecoder().decode(vector.aesKey() + "=");
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(Arrays.copyOf(key, 16)));
        return cipher.doFinal(Base64.getDecoder().decode(vector.encrypt()));
    }

    private record Refusal(Class<? extends Exception> type, String says) {}
}
