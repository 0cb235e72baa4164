package io.github.dingtalkinbox.crypto;

import java.security.SecureRandom;
import java.util.Base64;

/** Keys that seal the event log. */
public final class SealKeys {
    /** The property that has the key. */
    public static final String PROPERTY = "audit.seal-key";

    private static final int BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SealKeys() {}

    /** A new one, in base64. */
    public static String newKey() {
        byte[] key = new byte[BYTES];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
