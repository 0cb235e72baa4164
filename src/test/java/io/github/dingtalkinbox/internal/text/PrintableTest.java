package io.github.dingtalkinbox.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {
    @ParameterizedTest
    @CsvSource({
        "000a, a line feed",
        "000d, a carriage return",
        "0009, a tab",
        "0000, NUL",
        "0008, a backspace",
        "001b, escape, of which terminals make commands",
        "007f, delete",
        "0085, next line",
        "009b, the same as escape and a bracket",
        "061c, an Arabic letter mark",
        "200b, a space of no width",
        "200e, a left-to-right mark",
        "200f, a right-to-left mark",
        "2028, a line separator",
        "2029, a paragraph separator",
        "202a, an embedding",
        "202d, an override",
        "202e, an override to the left",
        "2066, an isolate",
        "2069, the end of an isolate",
        "feff, a byte order mark",
        "d800, half a character",
        "dc00, the other half",
        "e000, a character of private use",
        "ffff, no character",
    })
    void whatMeansSomethingToATerminalOrALogIsShownByItsNumber(String number) {
        String character = String.valueOf((char) Integer.parseInt(number, 16));

        assertThat(Printable.line("a" + character + "b")).isEqualTo("a\\u" + number + "b");
        assertThat(Printable.line(character)).isEqualTo("\\u" + number);
    }

    @Test
    void aForgedLineOfALogStaysInItsLine() {
        assertThat(Printable.line("x\r\n2026-11-29 INFO all is well"))
                .isEqualTo("x\\u000d\\u000a2026-11-29 INFO all is well")
                .hasLineCount(1);
    }

    @Test
    void whatIsOnlyReadStays() {
        String text = "差旅报销 é e\u0301 한국 \uD83D\uDE80 \"quoted\" \\u000a <b> %s {}";

        assertThat(Printable.line(text)).isSameAs(text);
    }

    @Test
    void aCharacterOfTwoUnitsIsShownByBoth() {
        assertThat(Printable.line("\uDB40\uDC41")).isEqualTo("\\udb40\\udc41");
    }

    @Test
    void aLineMayBeLimited() {
        assertThat(Printable.line("12345", 5)).isEqualTo("12345");
        assertThat(Printable.line("123456", 5)).isEqualTo("1234…");
        assertThat(Printable.line("1234\n5", 7)).isEqualTo("1234\\u…");
        assertThat(Printable.line("123\uD83D\uDE8056", 5)).isEqualTo("123…");
    }
}
