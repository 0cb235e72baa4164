package io.github.dingtalkinbox.service.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class CsvTest {
    @Test
    void noSpreadsheetCalculatesWhatStrangersWrote() {
        assertThat(Csv.line("=1+1", "＋1", "-1", "@a", "a=1")).isEqualTo("'=1+1,'＋1,'-1,'@a,a=1\r\n");
    }

    @Test
    void aNumberStaysANumber() {
        assertThat(Csv.line(-1L, new BigDecimal("-1E+3"), null)).isEqualTo("-1,-1000,\r\n");
    }

    @Test
    void noTerminalIsSteered() {
        assertThat(Csv.line("\u001b[31m\u0000a", "a\tb", "a\nb")).isEqualTo("\\u001b[31m\\u0000a,a\tb,\"a\nb\"\r\n");
    }

    @Test
    void whatWouldEndACellIsQuoted() {
        assertThat(Csv.line("a,b", "say \"yes\"", "=\n")).isEqualTo("\"a,b\",\"say \"\"yes\"\"\",\"'=\n\"\r\n");
    }
}
