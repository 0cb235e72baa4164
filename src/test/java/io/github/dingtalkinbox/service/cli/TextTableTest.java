package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.text.Printable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void whatIsTwoColumnsWideCountsTwice() {
        assertThat(Printable.width("a1_é")).isEqualTo(4);
        assertThat(Printable.width("请假，ＯＫ")).isEqualTo(10);
        assertThat(Printable.width("e\u0301")).isEqualTo(1);
        assertThat(Printable.width("한국カナ🙏𠀀")).isEqualTo(12);
        assertThat(Printable.width("…—·")).isEqualTo(3);
    }

    @Test
    void columnsStandUnderEachOther() {
        TextTable table =
                TextTable.withHeadings(List.of("type", "events", "reason")).alignRight(1);
        table.add("请假", 7, "已修复");
        table.add("check_in", 12345);
        var out = new StringWriter();
        table.print(new PrintWriter(out));
        assertThat(out.toString().lines())
                .containsExactly("type      events  reason", "请假           7  已修复", "check_in   12345");
    }
}
