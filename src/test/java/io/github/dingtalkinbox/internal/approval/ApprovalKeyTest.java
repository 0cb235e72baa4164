package io.github.dingtalkinbox.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApprovalKeyTest {
    @Test
    void aTextThatFitsStaysAsItIs() {
        assertThat(ApprovalKey.part("x".repeat(ApprovalKey.LONGEST_PART)))
                .isEqualTo("x".repeat(ApprovalKey.LONGEST_PART));
    }

    @Test
    void aLongerTextIsItsBeginningAndItsHash() {
        assertThat(ApprovalKey.part("x".repeat(ApprovalKey.LONGEST_PART + 1)))
                .hasSize(ApprovalKey.LONGEST_PART)
                .matches("x{136}[0-9a-f]{64}")
                .isNotEqualTo(ApprovalKey.part("x".repeat(ApprovalKey.LONGEST_PART + 2)));
    }

    @Test
    void noCharacterIsCutInTwo() {
        assertThat(ApprovalKey.part("x" + "🙏".repeat(ApprovalKey.LONGEST_PART)))
                .matches("x(🙏){67}[0-9a-f]{64}");
    }
}
