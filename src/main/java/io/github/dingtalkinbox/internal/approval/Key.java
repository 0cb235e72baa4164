package io.github.dingtalkinbox.internal.approval;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A text as part of a primary key. PostgreSQL refuses index rows of more than 2704 bytes; three parts of this length
 * stay below, whatever their characters.
 */
final class Key {
    static final int MAX_LENGTH = 200;
    private static final int HASH_LENGTH = 64;

    private Key() {}

    /** The text itself, or if it is too long its beginning and its SHA-256. */
    static String of(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int cut = MAX_LENGTH - HASH_LENGTH;
        if (Character.isHighSurrogate(text.charAt(cut - 1))) {
            cut--;
        }
        return text.substring(0, cut) + sha256(text);
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
