package io.github.dingtalkinbox;

import static io.github.dingtalkinbox.internal.identity.Awkward.value;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.identity.Awkward;
import io.github.dingtalkinbox.internal.identity.TestEvents;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;

class PayloadTest {
    static final List<Awkward.Case> UNFAITHFUL = Awkward.UNFAITHFUL;
    static final List<Awkward.Case> FAITHFUL = Awkward.FAITHFUL;
    static final List<Awkward.Case> LARGE = Awkward.LARGE;
    static final List<Awkward.Case> ALL =
            Stream.of(UNFAITHFUL, FAITHFUL).flatMap(List::stream).toList();

    @ParameterizedTest
    @FieldSource("UNFAITHFUL")
    void whatJsonbCannotHoldIsKeptAsTheExactBytes(Awkward.Case awkward) {
        assertThat(awkward.event().payload().raw()).isEqualTo(awkward.json());
    }

    @ParameterizedTest
    @FieldSource("FAITHFUL")
    void whatJsonbCanHoldIsKeptAsTheTextItself(Awkward.Case awkward) {
        assertThat(awkward.event().payload().raw()).isNull();
        assertThat(awkward.event().payload().jsonb()).isEqualTo(new String(awkward.json(), UTF_8));
    }

    @Test
    void differentPayloadsHaveDifferentHashes() {
        assertThat(ALL.stream()
                        .map(a -> HexFormat.of().formatHex(a.event().payload().sha256())))
                .doesNotHaveDuplicates();
    }

    @Test
    void theProjectionShowsWhereSomethingIsMissing() {
        assertThat(value("\"a\\u0000b\\ud800\"").payload().json().path("value").stringValue())
                .isEqualTo("a\uFFFDb\uFFFD");
        assertThat(broken("\"a\\n\u0080b\"").payload().json().path("value").stringValue())
                .isEqualTo("a\n\uFFFDb");
        assertThat(value("1e400000000").payload().json().path("value").stringValue())
                .isEqualTo("1e400000000");
        assertThat(value("{\"a\":1,\"a\":2}").payload().json().at("/value/a").intValue())
                .isEqualTo(2);
        assertThat(value("[".repeat(1000) + "]".repeat(1000)).payload().jsonb()).contains("nested too deeply");
    }

    @Test
    void aByteOrderMarkIsNoReasonToRefuse() {
        byte[] marked = "\uFEFF{\"EventType\":\"check_in\",\"staffId\":\"1\"}".getBytes(UTF_8);
        Event event = Awkward.read(marked);
        assertThat(event.payload().jsonb()).startsWith("{");
        assertThat(event.payload()
                        .sameAs(TestEvents.event("{\"EventType\":\"check_in\",\"staffId\":\"1\"}")
                                .payload()))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1                | 1.0",
                "1                | 1e0",
                "100              | 1E+2",
                "0.01             | 1e-2",
                "0                | -0.0",
                "-1.5             | -15e-1",
                "0.000012         | 1.2e-5",
                "1e100            | 10E+099",
                "5e-324           | 0.5e-323",
                "\"a\"            | \"\\u0061\"",
                "{\"a\":1,\"b\":2}| { \"b\" : 2, \"a\" : 1 }",
                "{\"é\":1,\"z\":2}| {\"z\":2,\"\\u00e9\":1}"
            })
    void equalContentsHaveEqualHashes(String one, String other) {
        assertThat(value(other).payload().sameAs(value(one).payload())).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1                | \"1\"",
                "[1,2]            | [2,1]",
                "[[1],2]          | [[1,2]]",
                "null             | {}",
                "{\"a\":1}        | {\"a\":1,\"a\":1}",
                "{\"a\":1,\"a\":2}| {\"a\":2,\"a\":1}",
                "{\"a\":1,\"b\":2}| {\"a\":2,\"b\":1}",
                "\"\\ud800\"      | \"\\ud801\"",
                "\"\\ud800\"      | \"\\ufffd\"",
                "\"\\u0000\"      | \"\\ufffd\"",
                "\"\\u0000\"      | \"\\\\u0000\"",
                "1e400000000      | 1e400000001",
                "1e400000000      | \"1e400000000\"",
                "-1               | 1",
                "1e5000           | 1e5001",
                "1e-5000          | 1e5000",
                "9007199254740992 | 9007199254740993"
            })
    void differentContentsHaveDifferentHashes(String one, String other) {
        assertThat(value(other).payload().sameAs(value(one).payload())).isFalse();
    }

    @Test
    void deepInsideEveryDifferenceCounts() {
        String open = "{\"a\":[".repeat(5000);
        String close = "]}".repeat(5000);
        assertThat(value(open + "1" + close).id())
                .isNotEqualTo(value(open + "2" + close).id());
        assertThat(value(open + "{\"x\":1,\"y\":2}" + close).id())
                .isEqualTo(value(open + "{\"y\":2,\"x\":1}" + close).id());
    }

    @Test
    void theHashDoesNotDependOnTheOrderOfKeys() {
        Random random = new Random(20260921);
        for (int i = 0; i < 2000; i++) {
            Json json = Json.random(random, 5);
            Event event = value(json.write(random));
            Event shuffled = value(json.write(random));
            assertThat(shuffled.payload().sameAs(event.payload()))
                    .as(event.payload().jsonb())
                    .isTrue();
            JsonNode tree = event.payload().json();
            assertThat(shuffled.payload().json()).isEqualTo(tree);
            assertThat(value("[" + json.write(random) + ",0]").payload().sameAs(event.payload()))
                    .isFalse();
        }
    }

    private static Event broken(String value) {
        return Awkward.read(Awkward.callback(value.getBytes(ISO_8859_1)));
    }

    /** Random JSON that can be written with its keys in any order. */
    private record Json(String scalar, List<String> names, List<Json> values) {
        private static final List<String> SCALARS = List.of(
                "0", "1.5", "-7e3", "true", "null", "\"\"", "\"张\\n\"", "\"\\ud83d\\ude80\"", "123456789012345678901");

        static Json random(Random random, int depth) {
            if (depth == 0 || random.nextInt(4) == 0) {
                return new Json(SCALARS.get(random.nextInt(SCALARS.size())), List.of(), List.of());
            }
            List<String> names = new ArrayList<>();
            List<Json> values = new ArrayList<>();
            boolean isObject = random.nextBoolean();
            for (int i = random.nextInt(5); i > 0; i--) {
                names.add(isObject ? "\"" + (char) ('a' + i) + random.nextInt(100) + "\":" : "");
                values.add(random(random, depth - 1));
            }
            return new Json(isObject ? "{" : "[", names, values);
        }

        String write(Random random) {
            if (!scalar.equals("{") && !scalar.equals("[")) {
                return scalar;
            }
            List<String> members = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                members.add(names.get(i) + values.get(i).write(random));
            }
            if (scalar.equals("{")) {
                Collections.shuffle(members, random);
            }
            return scalar
                    + String.join(random.nextBoolean() ? "," : " ,\n", members)
                    + (scalar.equals("{") ? "}" : "]");
        }
    }
}
