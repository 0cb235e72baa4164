package io.github.dingtalkinbox.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/**
 * UTF-8 without loss: a byte that is not UTF-8 becomes a lone low surrogate (U+DC80 to U+DCFF) of its own, so that
 * different broken bytes stay different and can be turned back.
 */
public final class Utf8 {
    private static final char FIRST_ESCAPE = 0xDC00;

    private Utf8() {}

    public static String decode(byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return decodeBroken(bytes);
        }
    }

    private static String decodeBroken(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CharsetDecoder decoder = UTF_8.newDecoder();
        while (in.hasRemaining()) {
            CoderResult result = decoder.decode(in, out, true);
            for (int i = 0; result.isMalformed() && i < result.length(); i++) {
                out.put((char) (FIRST_ESCAPE + (in.get() & 0xFF)));
            }
        }
        return out.flip().toString();
    }

    /** The bytes from which a text was decoded. */
    public static byte[] encode(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isEscape(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)))) {
                out.writeBytes(text.substring(from, i).getBytes(UTF_8));
                out.write(c - FIRST_ESCAPE);
                from = i + 1;
            }
        }
        out.writeBytes(text.substring(from).getBytes(UTF_8));
        return out.toByteArray();
    }

    private static boolean isEscape(char c) {
        return c >= FIRST_ESCAPE + 0x80 && c <= FIRST_ESCAPE + 0xFF;
    }
}
