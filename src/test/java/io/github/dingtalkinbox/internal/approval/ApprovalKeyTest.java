package io.github.dingtalkinbox.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApprovalKeyTest {
    @Test
    void aTextThatFitsStaysAsItIs() {
        assertThat(InstanceChange.key("x".repeat(InstanceChange.LONGEST_KEY)))
                .isEqualTo("x".repeat(InstanceChange.LONGEST_KEY));
    }

    @Test
    void aLongerTextIsItsBeginningAndItsHash() {
        assertThat(InstanceChange.key("x".repeat(InstanceChange.LONGEST_KEY + 1)))
                .hasSize(InstanceChange.LONGEST_KEY)
                .matches("x{136}[0-9a-f]{64}")
                .isNotEqualTo(InstanceChange.key("x".repeat(InstanceChange.LONGEST_KEY + 2)));
    }

    @Test
    void noCharacterIsCutInTwo() {
        assertThat(InstanceChange.key("x" + "🙏".repeat(InstanceChange.LONGEST_KEY)))
                .matches("x(🙏){67}[0-9a-f]{64}");
    }
}
