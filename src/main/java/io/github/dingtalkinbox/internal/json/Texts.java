package io.github.dingtalkinbox.internal.json;

import java.util.HexFormat;

/** Turns any text into one that a database can store and compare. */
public final class Texts {
    private static final String HASH_MARK = "%sha256:";
    private static final int HASH_LENGTH = 64;
    private static final char REPLACEMENT = '\uFFFD';

    private Texts() {}

    /**
     * Makes a text a part of an identity. Different texts give different results, and no result contains a separator:
     * PostgreSQL cannot store NUL, and its drivers turn different unpaired surrogates into the same character.
     */
    public static String escape(String part) {
        StringBuilder escaped = new StringBuilder(part.length() + 8);
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c < 0x20 || c == 0x7F || c == '%' || c == ':' || c == '@') {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            } else if (isLoneSurrogate(part, i)) {
                escaped.append("%u").append(HexFormat.of().withUpperCase().toHexDigits(c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** The text itself, or its beginning and the hash of the whole, after a mark that no escaped text contains. */
    public static String shorten(String text, int maxLength) {
        return shorten(text, maxLength, HASH_MARK);
    }

    /** The text itself, or its beginning, the mark, and the hash of the whole. Never ends in half a character. */
    public static String shorten(String text, int maxLength, String mark) {
        if (text.length() <= maxLength) {
            return text;
        }
        int cut = maxLength - mark.length() - HASH_LENGTH;
        if (Character.isHighSurrogate(text.charAt(cut - 1))) {
            cut--;
        }
        return text.substring(0, cut) + mark + hex(Sha256.of(text));
    }

    /** The text, with every character that a database cannot store replaced by U+FFFD. */
    public static String sanitise(String text) {
        if (isStorable(text)) {
            return text;
        }
        StringBuilder sanitised = new StringBuilder(text);
        for (int i = 0; i < text.length(); i++) {
            if (isUnstorable(text, i)) {
                sanitised.setCharAt(i, REPLACEMENT);
            }
        }
        return sanitised.toString();
    }

    /** A JSON text in which every unpaired surrogate is written as an escape: otherwise it is lost when the text becomes bytes. */
    public static String escapeSurrogates(String json) {
        StringBuilder escaped = null;
        int from = 0;
        for (int i = 0; i < json.length(); i++) {
            if (isLoneSurrogate(json, i)) {
                escaped = escaped == null ? new StringBuilder(json.length() + 16) : escaped;
                escaped.append(json, from, i)
                        .append("\\u")
                        .append(HexFormat.of().toHexDigits(json.charAt(i)));
                from = i + 1;
            }
        }
        return escaped == null
                ? json
                : escaped.append(json, from, json.length()).toString();
    }

    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUnstorable(text, i)) {
                return false;
            }
        }
        return true;
    }

    static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (!Character.isSurrogate(c)) { // nearly always, and this runs for every character
            return false;
        }
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }

    private static boolean isUnstorable(String text, int i) {
        char c = text.charAt(i);
        return c == 0 || isLoneSurrogate(text, i);
    }

    public static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
