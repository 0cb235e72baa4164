package io.github.dingtalkinbox.internal.approval;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtremesTest {
    /** From every length in UTF-8, those beside the surrogates among them. */
    private static final List<String> CHARACTERS =
            List.of("a", "B", "é", "请", "\uD7FF", "\uE000", "\uFFFD", "\uD800\uDC00", "😀", "\uDBFF\uDFFF");

    private final Random random = new Random(20261126);

    @Test
    void textsAreOrderedByTheirBytes() {
        for (int n = 0; n < 20_000; n++) {
            String one = text();
            String other = text();
            assertThat(Integer.signum(Extremes.compareBytes(one, other)))
                    .as("%s and %s", one, other)
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8))));
        }
    }

    @Test
    void whatIsMissingNeverCounts() {
        Instant time = Instant.EPOCH;
        assertThat(Extremes.least(null, "a"))
                .isEqualTo(Extremes.least("b", "a"))
                .isEqualTo("a");
        assertThat(Extremes.greatest("b", null))
                .isEqualTo(Extremes.greatest("a", "b"))
                .isEqualTo("b");
        assertThat(Extremes.earliest(time, null))
                .isEqualTo(Extremes.earliest(time.plusMillis(1), time))
                .isEqualTo(time);
        assertThat(Extremes.least(null, null)).isNull();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(4); n > 0; n--) {
            text.append(CHARACTERS.get(random.nextInt(CHARACTERS.size())));
        }
        return text.toString();
    }
}
