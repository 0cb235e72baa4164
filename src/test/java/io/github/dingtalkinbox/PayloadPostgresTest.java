package io.github.dingtalkinbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.identity.RandomJson;
import io.github.dingtalkinbox.internal.identity.Samples;
import io.github.dingtalkinbox.internal.json.Utf8;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What PostgreSQL makes of payloads. */
@Postgres
public class PayloadPostgresTest {
    public static final List<String> FAITHFUL = List.of(
            "null",
            "\"\"",
            "0",
            "-0",
            "-0.0",
            "0e399",
            "0e-400",
            "1.50",
            "1e0",
            "1E+2",
            "-2.5e-3",
            "1e399",
            "9.99e-398",
            "1.7976931348623157E308",
            "4.9E-324",
            "9007199254740993",
            "9".repeat(400),
            "0." + "9".repeat(400),
            "-" + "9".repeat(400) + "." + "9".repeat(400),
            "[]",
            "{}",
            "{\"\":{\"\":[]}}",
            "{\"b\":1,\"aa\":2,\"a\":[{\"a\":1},{\"a\":1}]}",
            "\"\\u0001\\b\\f\\n\\r\\t\\/\\\\\\\"\\u007f\"",
            "\"\\ud83d\\ude80\uD83D\uDE80\\uffff\uFFFE\\ufdd0\"",
            "\"a\u0308\u00e4\u2028\uFEFF\"",
            " \r\n\t[ 1 , 2 ] \n",
            "[".repeat(200) + "]".repeat(200),
            "{\"a\":".repeat(200) + "1" + "}".repeat(200));

    public static final List<String> UNFAITHFUL = List.of(
            "\"\\u0000\"",
            "{\"a\\u0000\":1,\"a\\ufffd\":2}",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\ud800x\\udc00\"",
            "{\"\\udfff\":[\"\\udbff\"]}",
            "\"\u00ff\"",
            "\"\\ud800\u00ff\"",
            "\"\u00ed\u00a0\u0080\"",
            "\"\u00e5\u00b7\"",
            "{\"\u00c3\":1}",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":1}",
            "1e-20000",
            "-1e20000",
            "1e131072",
            "1e999999999999",
            "0e-16384",
            "1e-16384",
            "1".repeat(131_072),
            "1".repeat(131_073),
            "0." + "1".repeat(16_384),
            "1." + "0".repeat(20_000),
            "\u00ef\u00bb\u00bf{\"a\":1}",
            "[".repeat(201) + "]".repeat(201),
            "[".repeat(100_000) + "]".repeat(100_000),
            "{\"a\":".repeat(20_000) + "\"\\u0000\"" + "}".repeat(20_000));

    private final JdbcClient jdbc;

    PayloadPostgresTest(TestDatabase database) {
        this.jdbc = database.jdbc();
    }

    @ParameterizedTest
    @FieldSource("FAITHFUL")
    void whatIsCalledFaithfulComesBackFromJsonb(String text) {
        Payload payload = Payload.read(text);
        assertThat(payload.raw()).isNull();
        assertThat(payload.jsonb()).isEqualTo(text);
        assertThat(Payload.read(stored(payload)).sameAs(payload)).isTrue();
    }

    /** The bytes are given as ISO-8859-1. */
    @ParameterizedTest
    @FieldSource("UNFAITHFUL")
    void restIsStoredInOneFormOrAnotherAndKeepsItsBytes(String latin1) {
        byte[] bytes = latin1.getBytes(ISO_8859_1);
        Payload payload = Payload.read(Utf8.decode(bytes));
        assertThat(payload.raw()).isEqualTo(bytes);

        Payload stored = Payload.read(stored(payload));
        assertThat(stored.raw()).isNull();
        assertThat(stored.sameAs(Payload.read(payload.jsonb()))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43})
    void anyJsonIsStored(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Payload payload = Payload.read(RandomJson.write(RandomJson.value(random, 4, 6), random));
            assertThat(payload.raw()).isNull();
            assertThat(Payload.read(stored(payload)).sameAs(payload)).isTrue();
        }
    }

    /** Mostly not faithful; by chance, some of them are. */
    @ParameterizedTest
    @ValueSource(longs = {51, 52, 53})
    void anyNastyJsonIsStored(long seed) {
        List<String> pieces = List.of(
                "a",
                "\\u0000",
                "\\ud800",
                "\\udc00",
                "\\udcff",
                "\u00ff",
                "\u00ed",
                "\u00a0",
                "\u0080",
                "\u00f0\u009f\u009a\u0080",
                "\\n");
        Random random = new Random(seed);
        int faithful = 0;
        for (int i = 0; i < 300; i++) {
            List<String> strings = new ArrayList<>();
            for (int n = 0; n < 3; n++) {
                StringBuilder string = new StringBuilder();
                for (int m = random.nextInt(4); m > 0; m--) {
                    string.append(pieces.get(random.nextInt(pieces.size())));
                }
                strings.add("\"" + string + "\"");
            }
            byte[] bytes = "{%s:%s,%s:1}".formatted(strings.toArray()).getBytes(ISO_8859_1);
            Payload payload = Payload.read(Utf8.decode(bytes));
            Payload stored = Payload.read(stored(payload));
            if (payload.raw() == null) {
                faithful++;
                assertThat(payload.jsonb().getBytes(UTF_8)).isEqualTo(bytes);
                assertThat(stored.sameAs(payload)).isTrue();
            } else {
                assertThat(payload.raw()).isEqualTo(bytes);
            }
        }
        assertThat(faithful).isBetween(1, 299);
    }

    @Test
    void everySampleComesBackFromJsonb() {
        for (String name : List.of("http2_chat_update_title", "http2_user_modify_org", "synchttp_push_medium")) {
            for (Event event : Samples.events(name)) {
                assertThat(Payload.read(stored(event.payload())).sameAs(event.payload()))
                        .isTrue();
            }
        }
    }

    private String stored(Payload payload) {
        return jdbc.sql("select cast(:payload as jsonb)")
                .param("payload", payload.jsonb())
                .query(String.class)
                .single();
    }
}
