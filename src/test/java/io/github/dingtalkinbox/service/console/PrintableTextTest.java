package io.github.dingtalkinbox.service.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTextTest {
    @Test
    void whatIsOnlyReadStays() {
        String text = "差旅报销 é e\u0301 한국 \uD83D\uDE80 \"quoted\" \\u000a <b> %s {}";

        assertThat(PrintableText.printable(text)).isSameAs(text);
    }

    @Test
    void linesAndWhatABrowserJoinsStay() {
        assertThat(PrintableText.printable("a\n\tb \uD83D\uDC69\u200D\uD83D\uDCBB می\u200Cخواهم \uE000"))
                .isEqualTo("a\n\tb \uD83D\uDC69\u200D\uD83D\uDCBB می\u200Cخواهم \uE000");
        assertThat(PrintableText.printable("a\u202eb\u2066\u009b\0\uD800\u00ad"))
                .isEqualTo("a\\u202eb\\u2066\\u009b\\u0000\\ud800\\u00ad");
    }
}
