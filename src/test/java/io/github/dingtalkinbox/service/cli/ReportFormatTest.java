package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.service.audit.ReportRows;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportFormatTest {
    @Test
    void noSpreadsheetCalculatesWhatAReportQuotes() {
        StringWriter out = new StringWriter();
        ReportFormat.CSV.print(
                new ReportRows(
                        List.of("title", "difference"),
                        List.of(List.of("=cmd|' /C calc'!A0", new BigDecimal("-1.50")))),
                new PrintWriter(out));

        assertThat(out).hasToString("title,difference\r\n'=cmd|' /C calc'!A0,-1.50\r\n");
    }
}
