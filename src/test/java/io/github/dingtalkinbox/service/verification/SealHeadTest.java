package io.github.dingtalkinbox.service.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SealHeadTest {
    private static final String HEX = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    @Test
    void aHeadIsReadAsItIsWritten() {
        ChainHead head = SealCheck.head("7:" + HEX);
        assertThat(head).hasToString("7:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
        assertThat(SealCheck.head(head.toString())).isEqualTo(head);
    }

    @Test
    void whatIsNoHeadIsRefused() {
        for (String text : new String[] {"", "7", "7:ab", "x:" + HEX, HEX}) {
            assertThatThrownBy(() -> SealCheck.head(text))
                    .hasMessageContaining("A head is the number of a seal, a colon");
        }
    }
}
