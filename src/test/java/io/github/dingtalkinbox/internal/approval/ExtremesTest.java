package io.github.dingtalkinbox.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class ExtremesTest {
    /** {@link String#compareTo} has another order where a character takes two {@code char}s. */
    @Test
    void textsAreOrderedByTheirBytes() {
        assertThat(Extremes.least("\uFFFD", "\uD83D\uDE00")).isEqualTo("\uFFFD");
        assertThat(Extremes.greatest("a", "é")).isEqualTo("é");
        assertThat(Extremes.least("请", "请a")).isEqualTo("请");
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
}
