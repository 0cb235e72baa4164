package io.github.dingtalkinbox.internal.json;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    /** What an escape can be confused with: separators, its own marks, halves of characters, digits. */
    private static final List<String> PIECES = List.of(
            ":",
            "%",
            "@",
            "\0",
            "\n",
            "\u001F",
            "\u007F",
            "\u0080",
            "\uD800",
            "\uDC00",
            "\uDBFF",
            "\uDFFF",
            "\uD83D\uDE80",
            "\uFFFD",
            "%u",
            "%uD800",
            "%3A",
            "%25",
            "%00",
            "u",
            "D800",
            "0",
            "3",
            "A",
            "5",
            "差",
            "~sha256",
            "");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void differentPartsNeverGiveTheSameKey(long seed) {
        Random random = new Random(seed);
        Map<String, List<String>> partsByKey = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            List<String> parts = parts(random);
            String key = parts.stream().map(Texts::escape).collect(joining(":"));
            List<String> other = partsByKey.putIfAbsent(key, parts);
            assertThat(other == null || other.equals(parts))
                    .as("%s and %s", parts, other)
                    .isTrue();
            assertThat(Texts.isStorable(key)).isTrue();
            assertThat(key).doesNotContain("@");
        }
        assertThat(partsByKey).hasSizeGreaterThan(5_000);
    }

    private static List<String> parts(Random random) {
        List<String> parts = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            StringBuilder part = new StringBuilder();
            for (int j = random.nextInt(5); j > 0; j--) {
                part.append(PIECES.get(random.nextInt(PIECES.size())));
            }
            parts.add(part.toString());
        }
        return parts;
    }

    @Test
    void escapedIsWhatSeparatesOrCannotBeStored() {
        assertThat(Texts.escape("a:b%c@d\0\u001F\u007F")).isEqualTo("a%3Ab%25c%40d%00%1F%7F");
        assertThat(Texts.escape("\uD800x\uDC00")).isEqualTo("%uD800x%uDC00");
        assertThat(Texts.escape("\uD83D\uDE80 差旅报销 ~/?#")).isEqualTo("\uD83D\uDE80 差旅报销 ~/?#");
    }

    @Test
    void textOfTheGreatestLengthIsNotShortened() {
        String text = "x".repeat(256);
        assertThat(Texts.shorten(text, 256)).isSameAs(text);
    }

    @Test
    void longerTextIsItsBeginningAndTheHashOfTheWhole() {
        String text = "x".repeat(257);
        assertThat(Texts.shorten(text, 256))
                .isEqualTo("x".repeat(184) + "%sha256:" + Texts.hex(Sha256.of(text)))
                .hasSize(256)
                .isNotEqualTo(Texts.shorten(text + "x", 256));
    }

    @Test
    void characterOfTwoUnitsIsNotCutInHalf() {
        String shortened = Texts.shorten("x".repeat(183) + "\uD83D\uDE80".repeat(50), 256);
        assertThat(shortened).startsWith("x".repeat(183) + "%sha256:").hasSize(255);
        assertThat(Texts.isStorable(shortened)).isTrue();
    }

    @Test
    void storableTextIsLeftAlone() {
        assertThat(Texts.sanitise("差旅\uD83D\uDE80\n")).isEqualTo("差旅\uD83D\uDE80\n");
        assertThat(Texts.sanitise("")).isEmpty();
    }

    @Test
    void whatCannotBeStoredIsReplacedOneForOne() {
        assertThat(Texts.sanitise("a\0b\uD800c\uDC00\uDC00d\uD83D\uDE80\uD800"))
                .isEqualTo("a\uFFFDb\uFFFDc\uFFFD\uFFFDd\uD83D\uDE80\uFFFD");
        assertThat(Texts.sanitise("\uD800\uD800\uDC00")).isEqualTo("\uFFFD\uD800\uDC00");
        assertThat(Texts.isStorable("\uD83D\uDE80\n")).isTrue();
        assertThat(Texts.isStorable("\uDE80\uD83D")).isFalse();
    }
}
