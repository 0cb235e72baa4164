package io.github.dingtalkinbox.internal.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.github.dingtalkinbox.Payload;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The largest callbacks that the webhook takes, made to be slow to read. */
class HostilePayloadTest {
    private static final int LARGEST = 1024 * 1024;

    /** What compares all with all takes hours. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static final Map<String, String> TEXTS = texts();

    static final Set<String> NAMES = TEXTS.keySet();

    @ParameterizedTest
    @FieldSource("NAMES")
    void largestCallbackIsReadInTime(String name) {
        String text = requireNonNull(TEXTS.get(name));
        assertThat(text).hasSizeBetween(LARGEST - 100_000, LARGEST);
        Payload payload = assertTimeoutPreemptively(LONGEST, () -> Payload.read(text));
        assertThat(payload.sameAs(Payload.read("null"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "{}", "{\"gmt_modified\":1}"})
    void pushOfManyElementsIsReadInTime(String element) {
        String push = "{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"bizData\":["
                + filled(element).substring(100 * (element.length() + 1)) + "]}";
        assertThat(assertTimeoutPreemptively(LONGEST, () -> TestEvents.events(push)))
                .hasSize((LARGEST - 1) / (element.length() + 1) - 100);
    }

    @Test
    void pushOfDeepElementsIsReadInTime() {
        String deep = "[".repeat(LARGEST / 4 - 50) + "]".repeat(LARGEST / 4 - 50);
        String push = "{\"EventType\":\"SYNC_HTTP_PUSH_HIGH\",\"x\":" + deep + ",\"bizData\":[" + deep + "]}";
        assertThat(assertTimeoutPreemptively(LONGEST, () -> TestEvents.events(push)))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.payload().raw()).asString(UTF_8).isEqualTo(deep));
    }

    private static Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("arrays in arrays", "[".repeat(LARGEST / 2) + "]".repeat(LARGEST / 2));
        texts.put("objects in objects", "{\"a\":".repeat(LARGEST / 6) + "1" + "}".repeat(LARGEST / 6 - 1) + "}");
        texts.put("members at every depth", "{\"b\":1,\"a\":".repeat(LARGEST / 12) + "1" + "}".repeat(LARGEST / 12));
        texts.put("a long number", "1".repeat(LARGEST));
        texts.put("a long fraction", "0." + "0".repeat(LARGEST - 3) + "1");
        texts.put("a large exponent", "[" + filled("1e999999999") + "]");
        texts.put("numbers with many zeros", "[" + filled("1" + "0".repeat(390)) + "]");
        texts.put("fractions with many zeros", "[" + filled("1." + "0".repeat(390)) + "]");
        texts.put("words that are not UTF-8", "\"" + "\uDCFF".repeat(LARGEST - 2) + "\"");
        texts.put("a long name", "{\"" + "n".repeat(LARGEST - 6) + "\":1}");
        texts.put("names that collide", "{" + members(HostilePayloadTest::colliding) + "}");
        texts.put("one name again and again", "{" + filled("\"a\":1") + "}");
        texts.put("escapes", "\"" + "\\u0000".repeat((LARGEST - 2) / 6) + "\"");
        texts.put("halves of characters", "\"" + "\\ud800".repeat((LARGEST - 2) / 6) + "\"");
        texts.put("many members", "{" + members(i -> Integer.toString(i, 36)) + "}");
        texts.put("empty objects", "[" + filled("{}") + "]");
        texts.put("a wide tree in a deep one", "[".repeat(190) + filled("1").substring(400) + "]".repeat(190));
        return texts;
    }

    private static String filled(String element) {
        return (element + ",").repeat((LARGEST - 2 - element.length()) / (element.length() + 1)) + element;
    }

    private static String members(IntFunction<String> name) {
        int count = 0;
        int length = 2;
        while (true) {
            length += name.apply(count).length() + 5;
            if (length > LARGEST) {
                break;
            }
            count++;
        }
        return IntStream.range(0, count)
                .mapToObj(i -> '"' + name.apply(i) + "\":1")
                .collect(Collectors.joining(","));
    }

    /** "Aa" and "BB" have one hash code, and so have all the words made of them. */
    private static String colliding(int number) {
        StringBuilder name = new StringBuilder();
        for (int bit = 16; bit >= 0; bit--) {
            name.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return name.toString();
    }
}
