package io.github.dingtalkinbox.internal.crypto;

import java.security.SecureRandom;

/** Random {@code [A-Za-z0-9]}: what DingTalk's keys and the beginning of every message are made of. */
final class Alphanumerics {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    /** Those whose base64 value is a multiple of four. */
    private static final String TWO_ZERO_BITS = "AEIMQUYcgkosw048";

    private Alphanumerics() {}

    static String random(int length) {
        return pick(ALL, length);
    }

    static String randomWithTwoZeroBits() {
        return pick(TWO_ZERO_BITS, 1);
    }

    /** Takes what is random in one go. */
    private static String pick(String alphabet, int length) {
        int fair = 256 - 256 % alphabet.length(); // bytes beyond would favour the beginning of the alphabet
        var picked = new StringBuilder(length);
        byte[] random = new byte[length + 4];
        while (picked.length() < length) {
            RANDOM.nextBytes(random);
            for (int i = 0; i < random.length && picked.length() < length; i++) {
                int number = random[i] & 0xFF;
                if (number < fair) {
                    picked.append(alphabet.charAt(number % alphabet.length()));
                }
            }
        }
        return picked.toString();
    }
}
