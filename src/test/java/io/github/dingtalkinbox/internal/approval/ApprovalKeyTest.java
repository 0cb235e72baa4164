package io.github.dingtalkinbox.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApprovalKeyTest {
    @Test
    void aTextThatFitsStaysAsItIs() {
        assertThat(ApprovalFields.key("x".repeat(ApprovalFields.LONGEST_KEY)))
                .isEqualTo("x".repeat(ApprovalFields.LONGEST_KEY));
    }

    @Test
    void aLongerTextIsItsBeginningAndItsHash() {
        assertThat(ApprovalFields.key("x".repeat(ApprovalFields.LONGEST_KEY + 1)))
                .hasSize(ApprovalFields.LONGEST_KEY)
                .matches("x{136}[0-9a-f]{64}")
                .isNotEqualTo(ApprovalFields.key("x".repeat(ApprovalFields.LONGEST_KEY + 2)));
    }

    @Test
    void noCharacterIsCutInTwo() {
        assertThat(ApprovalFields.key("x" + "🙏".repeat(ApprovalFields.LONGEST_KEY)))
                .matches("x(🙏){67}[0-9a-f]{64}");
    }
}
