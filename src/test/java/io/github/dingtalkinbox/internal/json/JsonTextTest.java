package io.github.dingtalkinbox.internal.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.json.JsonReading.NotJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    @Test
    void aPartIsWhatStandsInTheText() {
        var text = read("{ \"a\" : {\"x\": 1.50 , \"x\":\"\\u0000\"} ,\"b\":[ 1e400,\"\\\"]\" , {} ,[ ]], \"a\":null}");

        assertThat(text.members("a"))
                .extracting(JsonTextTest::string)
                .containsExactly("{\"x\": 1.50 , \"x\":\"\\u0000\"}", "null");
        assertThat(text.members("b").get(0).elements())
                .extracting(JsonTextTest::string)
                .containsExactly("1e400", "\"\\\"]\"", "{}", "[ ]");
        assertThat(text.members("x")).isEmpty();
        assertThat(text.elements()).isEmpty();
        assertThat(text.json().path("a").isNull()).isTrue();
    }

    @Test
    void bytesThatAreNoUtf8Survive() {
        byte[] bytes = "[\"\u00ff\u00e4\"]".getBytes(ISO_8859_1);

        assertThat(JsonText.read(bytes).elements().get(0).bytes()).isEqualTo("\"\u00ff\u00e4\"".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"text\"", "null", "[{\"a\":1}]"})
    void whatIsNoObjectHasNoMembers(String json) {
        assertThat(read(json).members("a")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{} {}", "<html>"})
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(NotJson.class);
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheValue() {
        assertThat(read("\uFEFF[1]").elements()).hasSize(1);
    }

    private static JsonText read(String text) {
        return JsonText.read(text.getBytes(UTF_8));
    }

    private static String string(JsonText text) {
        return new String(text.bytes(), UTF_8);
    }
}
