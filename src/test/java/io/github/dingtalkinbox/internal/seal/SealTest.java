package io.github.dingtalkinbox.internal.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.seal.Seal.Sealed;
import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The digests are the documented ones: the expected ones were computed by another program. */
class SealTest {
    private static final String HEX = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";
    private static final SealKey KEY = SealKey.parse("test", HEX);

    @Test
    void contentAndSealAreAsDocumented() throws Exception {
        String content = new MacInput(KEY, "dingtalk-inbox processed_events 1")
                .add("default:报销")
                .add((byte[]) null)
                .add("default")
                .add("")
                .add("task")
                .add("http")
                .add((byte[]) null)
                .add(Instant.parse("2025-03-04T01:00:00.5Z"))
                .add(Instant.parse("2025-03-04T01:00:01.000001Z"))
                .add("{\"b\": 1.50, \"标题\": \"差旅\"}")
                .add(MessageDigest.getInstance("SHA-256").digest("x".getBytes(UTF_8)))
                .add(new byte[] {0})
                .digest();
        assertThat(content).isEqualTo("ed0c0180bbe27acfe7d1bf50cfef486be383f20342d577a96e258de3bae9d97c");

        Seal seal = Seal.make(
                KEY,
                Seal.NONE,
                1,
                Sealed.rows(
                        "processed_events",
                        "task",
                        Instant.parse("2025-03-04T01:00:00Z"),
                        new SealedContent(1, content)),
                Instant.parse("2025-03-04T02:10:00Z"));
        assertThat(seal.keyId()).isEqualTo("4773d12e2371bb93");
        assertThat(seal.head()).hasToString("1:3016616ab16139f934b8fd8d27c42f0ed2290b8e8215521f6a75207aec4f50a7");
    }

    @Test
    void aKeyIsReadInEveryUsualForm() {
        for (String text : new String[] {
            HEX.toLowerCase(Locale.ROOT),
            " ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=\n",
            "ABEiM0RVZneImaq7zN3u_wARIjNEVWZ3iJmqu8zd7v8"
        }) {
            assertThat(SealKey.parse("test", text)).hasToString("SealKey[" + KEY.id() + "]");
        }
    }

    @Test
    void whatIsNoKeyIsRefusedWithoutSayingIt() {
        for (String text :
                new String[] {"secret", "c2VjcmV0", HEX + "00", "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7g=="}) {
            assertThatThrownBy(() -> SealKey.parse("inbox.seal.key", text))
                    .isInstanceOf(ConfigurationProblem.class)
                    .hasMessageStartingWith("inbox.seal.key must be 32 bytes, in base64 or hex, but is ")
                    .hasMessageNotContaining(text)
                    .hasNoCause();
        }
    }
}
