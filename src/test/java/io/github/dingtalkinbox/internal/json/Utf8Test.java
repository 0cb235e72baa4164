package io.github.dingtalkinbox.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
    /** Characters of each length, their beginnings and rests, overlong forms, surrogates, bytes that never occur. */
    private static final List<byte[]> PIECES = List.of(
                    "61",
                    "7f",
                    "00",
                    "c3a4",
                    "c3",
                    "a4",
                    "e5b7ae",
                    "e5b7",
                    "e5",
                    "f09f9a80",
                    "f09f9a",
                    "f09f",
                    "f0",
                    "80",
                    "bf",
                    "c080",
                    "e08080",
                    "eda080",
                    "edb380",
                    "edb3bf",
                    "f4908080",
                    "f8",
                    "ff",
                    "fe",
                    "efbbbf",
                    "efbfbd")
            .stream()
            .map(HexFormat.of()::parseHex)
            .toList();

    @Test
    void validUtf8IsDecodedAsEverywhere() {
        String text = "a\0ä差\uD83D\uDE80\uFEFF\uFFFD\uDBFF\uDFFF";
        assertThat(Utf8.decode(text.getBytes(UTF_8))).isEqualTo(text);
        assertThat(Utf8.encode(text)).isEqualTo(text.getBytes(UTF_8));
        assertThat(Utf8.decode(new byte[0])).isEmpty();
    }

    @Test
    void brokenByteBecomesAHalfCharacterOfItsOwn() {
        assertThat(Utf8.decode(HexFormat.of().parseHex("61ff62e5b7"))).isEqualTo("a\uDCFFb\uDCE5\uDCB7");
    }

    @Test
    void everyByteAloneComesBack() {
        for (int b = 0; b < 256; b++) {
            byte[] bytes = {(byte) b};
            assertThat(Utf8.encode(Utf8.decode(bytes))).isEqualTo(bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void anyBytesComeBackAndDifferentOnesStayDifferent(long seed) {
        Random random = new Random(seed);
        Map<String, ByteBuffer> bytesByText = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = i % 2 == 0 ? randomBytes(random) : randomPieces(random);
            String text = Utf8.decode(bytes);
            assertThat(Utf8.encode(text)).isEqualTo(bytes);
            ByteBuffer other = bytesByText.putIfAbsent(text, ByteBuffer.wrap(bytes));
            assertThat(other == null || other.equals(ByteBuffer.wrap(bytes))).isTrue();
        }
        assertThat(bytesByText).hasSizeGreaterThan(10_000);
    }

    private static byte[] randomBytes(Random random) {
        byte[] bytes = new byte[random.nextInt(12)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] randomPieces(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = random.nextInt(8); i > 0; i--) {
            bytes.writeBytes(PIECES.get(random.nextInt(PIECES.size())));
        }
        return bytes.toByteArray();
    }
}
