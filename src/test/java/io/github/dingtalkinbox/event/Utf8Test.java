package io.github.dingtalkinbox.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class Utf8Test {
    @Test
    void everySequenceOfBytesComesBack() {
        Random random = new Random(7);
        Set<String> texts = new HashSet<>();
        Set<String> bytes = new HashSet<>();
        for (int i = 0; i < 50_000; i++) {
            byte[] sent = new byte[random.nextInt(9)];
            random.nextBytes(sent);
            if (random.nextBoolean()) {
                System.arraycopy("🚀张".getBytes(UTF_8), 0, sent, 0, Math.min(7, sent.length));
            }
            String text = Utf8.decode(sent);
            assertThat(Utf8.encode(text)).isEqualTo(sent);
            assertThat(Utf8.isBroken(text))
                    .isEqualTo(!new String(new String(sent, UTF_8).getBytes(UTF_8), UTF_8).equals(text));
            texts.add(text);
            bytes.add(Texts.hex(sent));
        }
        assertThat(texts).hasSameSizeAs(bytes);
    }
}
