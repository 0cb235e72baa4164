package io.github.dingtalkinbox.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyTest {
    @Test
    void aTextThatFitsStaysAsItIs() {
        assertThat(Key.of("x".repeat(Key.MAX_LENGTH))).isEqualTo("x".repeat(Key.MAX_LENGTH));
    }

    @Test
    void aLongerTextIsItsBeginningAndItsHash() {
        assertThat(Key.of("x".repeat(Key.MAX_LENGTH + 1)))
                .hasSize(Key.MAX_LENGTH)
                .matches("x{136}[0-9a-f]{64}")
                .isNotEqualTo(Key.of("x".repeat(Key.MAX_LENGTH + 2)));
    }

    @Test
    void noCharacterIsCutInTwo() {
        assertThat(Key.of("x" + "🙏".repeat(Key.MAX_LENGTH))).matches("x(🙏){67}[0-9a-f]{64}");
    }
}
