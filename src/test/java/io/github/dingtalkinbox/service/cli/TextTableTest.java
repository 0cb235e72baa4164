package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void whatIsTwoColumnsWideCountsTwice() {
        assertThat(TextTable.width("a1_é")).isEqualTo(4);
        assertThat(TextTable.width("请假，ＯＫ")).isEqualTo(10);
        assertThat(TextTable.width("e\u0301")).isEqualTo(1);
        assertThat(TextTable.width("한국カナ🙏𠀀")).isEqualTo(12);
        assertThat(TextTable.width("…—·")).isEqualTo(3);
    }

    @Test
    void columnsStandUnderEachOther() {
        TextTable table = new TextTable(List.of("type", "events", "reason"));
        table.alignRight(1);
        table.add(List.of("请假", "7", "已修复"));
        table.add(List.of("check_in", "12345", ""));
        var out = new StringWriter();
        table.print(new PrintWriter(out));
        assertThat(out.toString().lines())
                .containsExactly("type      events  reason", "请假           7  已修复", "check_in   12345");
    }
}
