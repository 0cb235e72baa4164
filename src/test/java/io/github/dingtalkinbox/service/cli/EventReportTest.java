package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EventReportTest {
    @Test
    void linesStayLines() {
        assertThat(EventReport.lines("a\nb\u001b[2J\rc\u2028d")).containsExactly("a", "b\\u001b[2J", "c\\u2028d");
    }
}
