package io.github.dingtalkinbox.service.embedded;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.stream.Collectors;

/** New random secrets. */
public final class NewKeys {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    /** The characters whose base64 value is a multiple of four. */
    private static final String TWO_ZERO_BITS = "AEIMQUYcgkosw048";

    private static final int TOKEN_LENGTH = 32;
    private static final int AES_KEY_LENGTH = 43;
    private static final int SEAL_KEY_BYTES = 32;

    private NewKeys() {}

    /** A token that DingTalk's console accepts. */
    public static String token() {
        return pick(ALPHANUMERIC, TOKEN_LENGTH);
    }

    /** An EncodingAESKey. */
    public static String aesKey() {
        // 43 characters are 258 bits: two more than the key has. Strict base64 decoders want those two to be zero.
        return pick(ALPHANUMERIC, AES_KEY_LENGTH - 1) + pick(TWO_ZERO_BITS, 1);
    }

    /** A key for seals, in base64. */
    public static String sealKey() {
        byte[] key = new byte[SEAL_KEY_BYTES];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static String pick(String alphabet, int length) {
        return RANDOM.ints(length, 0, alphabet.length())
                .mapToObj(i -> String.valueOf(alphabet.charAt(i)))
                .collect(Collectors.joining());
    }
}
