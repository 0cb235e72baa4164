package io.github.dingtalkinbox.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TextsTest {
    private static final String[] PIECES = {
        "a",
        ":",
        "%",
        "@",
        "~",
        "%3A",
        "%u",
        "D800",
        "sha256",
        "%sha256:",
        "\u0000",
        "\n",
        "\u007f",
        "\ud800",
        "\udc80",
        "\udbff",
        "\ud83d\ude80",
        "张",
        "\ufffd"
    };

    @Test
    void escapesWhatSeparatesAndWhatNoDatabaseStores() {
        assertThat(Texts.escape("a:b%c@d\u0000\n\ud800\udc00\ud800张"))
                .isEqualTo("a%3Ab%25c%40d%00%0A\ud800\udc00%uD800张");
    }

    @Test
    void noTwoTuplesGiveTheSameKey() {
        Random random = new Random(42);
        Map<String, List<String>> seen = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            List<String> tuple = IntStream.range(0, 1 + random.nextInt(3))
                    .mapToObj(part -> part(random))
                    .toList();
            String key = String.join(":", tuple.stream().map(Texts::escape).toList());
            List<String> other = seen.put(key, tuple);
            assertThat(other == null || other.equals(tuple))
                    .as("%s and %s", tuple, other)
                    .isTrue();
            assertThat(new String(key.getBytes(UTF_8), UTF_8)).isEqualTo(key);
        }
    }

    @Test
    void aShortenedKeyEndsInTheHashOfTheWhole() {
        String key = "k".repeat(600);
        assertThat(Texts.shorten(key, 512))
                .hasSize(512)
                .endsWith("%sha256:" + Texts.hex(Texts.sha256(key)))
                .isNotEqualTo(Texts.shorten(key + "k", 512));
        assertThat(Texts.shorten("k".repeat(512), 512)).isEqualTo("k".repeat(512));
    }

    @Test
    void aShortenedKeyIsNeverTheEscapedFormOfAShortOne() {
        String shortened = Texts.shorten("k".repeat(600), 512);
        assertThat(Texts.escape(shortened)).isNotEqualTo(shortened);
        assertThat(shortened).containsPattern("%[^0-9A-Fu]");
    }

    @Test
    void isCutBetweenCharacters() {
        for (String start : List.of("", "x")) {
            String shortened = Texts.shorten(start + "🚀".repeat(300), 512);
            assertThat(shortened.length()).isBetween(511, 512);
            assertThat(Texts.isStorable(shortened)).isTrue();
        }
    }

    private static String part(Random random) {
        StringBuilder part = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            part.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return part.toString();
    }
}
