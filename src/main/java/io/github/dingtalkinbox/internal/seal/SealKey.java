package io.github.dingtalkinbox.internal.seal;

import io.github.dingtalkinbox.internal.json.Sha256;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key that makes seals. Shows only its id. */
public final class SealKey {
    private static final int LENGTH = 32;
    private static final int ID_LENGTH = 8;
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{64}");

    private final String id;
    private final SecretKeySpec key;

    private SealKey(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
        this.id = HexFormat.of().formatHex(Sha256.of(key), 0, ID_LENGTH);
    }

    /**
     * A key from the configuration: 32 bytes, in base64 (also the URL form, and without padding) or hex.
     *
     * @param property where it is set
     * @throws ConfigurationProblem if it is something else
     */
    static SealKey parse(String property, String text) {
        byte[] key = decode(property, text.strip());
        if (key.length != LENGTH) {
            throw SealKeys.refused(property + " must be 32 bytes, in base64 or hex, but is " + key.length + " bytes");
        }
        return new SealKey(key);
    }

    private static byte[] decode(String property, String text) {
        if (HEX.matcher(text).matches()) {
            return HexFormat.of().parseHex(text.toLowerCase(Locale.ROOT));
        }
        try {
            return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes from the key.
            throw SealKeys.refused(property + " must be 32 bytes, in base64 or hex, but is neither");
        }
    }

    /** The beginning of its SHA-256, which is not secret. */
    public String id() {
        return id;
    }

    Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "SealKey[" + id + "]";
    }
}
