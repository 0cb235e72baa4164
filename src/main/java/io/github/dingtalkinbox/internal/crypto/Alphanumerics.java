package io.github.dingtalkinbox.internal.crypto;

import java.security.SecureRandom;

/** Random {@code [A-Za-z0-9]}: the beginning of every message, and its nonce. */
final class Alphanumerics {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private Alphanumerics() {}

    /** Asks for all the random bytes at once. */
    static String random(int length) {
        int fair = 256 - 256 % ALL.length(); // larger bytes would favour the beginning of the alphabet
        var picked = new StringBuilder(length);
        byte[] random = new byte[length + 4];
        while (picked.length() < length) {
            RANDOM.nextBytes(random);
            for (int i = 0; i < random.length && picked.length() < length; i++) {
                int number = random[i] & 0xFF;
                if (number < fair) {
                    picked.append(ALL.charAt(number % ALL.length()));
                }
            }
        }
        return picked.toString();
    }
}
