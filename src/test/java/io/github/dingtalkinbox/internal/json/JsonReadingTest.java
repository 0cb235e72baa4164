package io.github.dingtalkinbox.internal.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.Payload;
import io.github.dingtalkinbox.internal.identity.RandomJson;
import io.github.dingtalkinbox.internal.json.JsonReading.NotJson;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReadingTest {

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33})
    void orderOfNamesAndWhiteSpaceAreNoContent(long seed) {
        Random random = new Random(seed);
        Map<String, Object> valuesByCanonical = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            Object value = RandomJson.value(random, 4, 6);
            String canonical = canonical(RandomJson.write(value, null));
            assertThat(canonical(RandomJson.write(value, random))).isEqualTo(canonical);
            // The canonical form is JSON itself, and its own canonical form.
            assertThat(canonical(canonical)).isEqualTo(canonical);
            valuesByCanonical.put(canonical, value);
        }
        assertThat(valuesByCanonical).hasSizeGreaterThan(500);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1|1.0",
                "1|1e0",
                "100|1E+2",
                "0|-0",
                "0|0.00",
                "0|0e5",
                "1.5|0.15e1",
                "123456789012345678901234567890|123456789012345678901234567890.0",
                "1e300|10E+299",
                "\"A\"|\"\\u0041\"",
                "\"/\"|\"\\/\"",
                "\"\uD83D\uDE80\"|\"\\uD83D\\uDE80\"",
                "{\"a\":1,\"b\":2}|{\"\\u0062\":2,\"a\":1}"
            })
    void oneContentHasManySpellings(String one, String other) {
        assertThat(canonical(one)).isEqualTo(canonical(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1|\"1\"",
                "1|1.0000000000000000000001",
                "9007199254740992|9007199254740993",
                "1e5000|1e5001",
                "true|\"true\"",
                "null|\"null\"",
                "null|{}",
                "[]|{}",
                "[]|[[]]",
                "[1,2]|[2,1]",
                "[1,2]|[12]",
                "[\"a\",\"b\"]|[\"a,b\"]",
                "[\"a\\\",\\\"b\"]|[\"a\",\"b\"]",
                "{\"a\":null}|{}",
                "{\"a\":1}|{\"A\":1}",
                "\"\\ud800\uDCFF\"|\"\\ud800\\udcff\"",
                "{\"a\":1,\"a\":2}|{\"a\":2,\"a\":1}",
                "{\"a\":1,\"a\":2}|{\"a\":2}",
                "{\"a\":1,\"a\":1}|{\"a\":1}",
                "\"\\ud800\"|\"\uFFFD\"",
                "\"\\ud800\"|\"\\ud801\"",
                "\"\\ud800\"|\"\\\\ud800\"",
                "\"\\ud800\"|\"?\"",
                "\"\\u0000\"|\"\"",
                "\"\\u0000\"|\"\\\\u0000\"",
                "{\"\\ud800\":1}|{\"\\udc00\":1}",
                "\"a\u0308\"|\"\u00e4\""
            })
    void differentContentsDiffer(String one, String other) {
        assertThat(canonical(one)).isNotEqualTo(canonical(other));
        assertThat(Payload.read(one).sameAs(Payload.read(other))).isFalse();
    }

    @Test
    void differentBrokenBytesDiffer() {
        List<String> texts = List.of(
                "\"\u00ff\"",
                "\"\u00fe\"",
                "\"\u00ff\u00ff\"",
                "\"\u00e5\u00b7\"",
                "\"?\"",
                "\"\u00ef\u00bf\u00bd\"",
                "\"\\udcff\"",
                "\"\\ud800\u00ff\"");
        assertThat(texts.stream().map(JsonReadingTest::hashOfBytes)).doesNotHaveDuplicates();
    }

    private static String hashOfBytes(String latin1) {
        return Texts.hex(Payload.read(Utf8.decode(latin1.getBytes(ISO_8859_1))).sha256());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 63, 64, 65, 199, 200, 201, 10_000})
    void differenceInAnyDepthIsADifference(int depth) {
        for (String nest : List.of("[%s]", "{\"a\":%s}", "[0,%s,{}]", "{\"b\":1,\"a\":%s}")) {
            String one = nested(nest, depth, "[1,{\"x\":1,\"y\":2}]");
            assertThat(canonical(one)).isEqualTo(canonical(nested(nest, depth, "[1.0, {\"y\":2,\"x\":1}]")));
            assertThat(canonical(one)).isNotEqualTo(canonical(nested(nest, depth, "[1,{\"x\":1,\"y\":3}]")));
            assertThat(canonical(one)).isNotEqualTo(canonical(nested(nest, depth + 1, "[1,{\"x\":1,\"y\":2}]")));
        }
    }

    private static String nested(String nest, int depth, String innermost) {
        int hole = nest.indexOf("%s");
        return nest.substring(0, hole).repeat(depth)
                + innermost
                + nest.substring(hole + 2).repeat(depth);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"a\\u0000\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"\uDCFF\"",
                // A half character that is spelled out, and a broken byte: together they look like a whole one.
                "\"\\ud800\uDCFF\"",
                "{\"\\u0000\":1}",
                "{\"\\ud800\":1}",
                "{\"a\":1,\"a\":1}",
                "[{\"a\":1,\"\\u0061\":2}]",
                "1e-20000",
                "1e20000",
                "-1e999999999999",
                "1e401",
                "1e-401"
            })
    void whatJsonbWouldChangeOrRefuseIsNotFaithful(String text) {
        Payload payload = Payload.read(text);
        assertThat(payload.raw()).isEqualTo(Utf8.encode(text));
        assertThat(Texts.isStorable(payload.jsonb())).isTrue();
        assertThat(JsonReading.read(payload.jsonb()).faithful()).isTrue();
    }

    @Test
    void longNumbersAndDeepNestingAreNotFaithful() {
        assertThat(Payload.read("1".repeat(131_073)).raw()).isNotNull();
        assertThat(Payload.read("0." + "1".repeat(16_384)).raw()).isNotNull();
        assertThat(Payload.read("[".repeat(201) + "]".repeat(201)).raw()).isNotNull();
        assertThat(Payload.read("[".repeat(201) + "]".repeat(201)).jsonb()).contains("payload_raw");
        assertThat(Payload.read("[".repeat(200) + "]".repeat(200)).raw()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[{\"a\":1},{\"a\":1}]",
                "{\"a\":{\"a\":1}}",
                "{\"\":\"\"}",
                "\"\\ud83d\\ude80\uD83D\uDE80\\n\\/\u007F\uFFFF\"",
                "-0",
                "1.50",
                "1.7976931348623157E308",
                "4.9E-324",
                "123456789012345678901234567890.123456789"
            })
    void restIsKeptAsItIsWritten(String text) {
        Payload payload = Payload.read(text);
        assertThat(payload.raw()).isNull();
        assertThat(payload.jsonb()).isSameAs(text);
    }

    @Test
    void treeSaysWhatTheTextSays() {
        var json = Payload.read(
                        "{\"n\":1790000000123,\"d\":1.50,\"b\":12345678901234567890,\"s\":\"差\",\"t\":[true,null]}")
                .json();
        assertThat(json.path("n").longValue()).isEqualTo(1790000000123L);
        assertThat(json.path("d").decimalValue()).isEqualByComparingTo("1.5");
        assertThat(json.path("b").decimalValue()).isEqualByComparingTo("12345678901234567890");
        assertThat(json.path("s").stringValue()).isEqualTo("差");
        assertThat(json.path("t").get(0).booleanValue()).isTrue();
        assertThat(json.path("t").get(1).isNull()).isTrue();
    }

    @Test
    void sanitisedTreeStandsForWhatCannotBeStored() {
        var json = Payload.read("{\"a\":\"\\u0000\",\"b\":[\"\\ud800\",1e20000],\"c\":1,\"c\":2}")
                .json();
        assertThat(json.path("a").stringValue()).isEqualTo("\uFFFD");
        assertThat(json.path("b").get(0).stringValue()).isEqualTo("\uFFFD");
        assertThat(json.path("b").get(1).stringValue()).isEqualTo("1e20000");
        assertThat(json.path("c").intValue()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "1 2",
                "[1,]",
                "01",
                "+1",
                ".5",
                "1.",
                "\"\u0001\"",
                "'a'",
                "nul",
                "{a:1}",
                "\u00a01"
            })
    void whatIsNotOneJsonValueIsRefused(String text) {
        assertThatThrownBy(() -> JsonReading.read(text)).isInstanceOf(NotJson.class);
    }

    private static String canonical(String json) {
        return JsonReading.read(json).canonical();
    }
}
