package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.text.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Aligned columns on a terminal, even if some characters are two columns wide. */
final class TextTable {
    private final String indentation;
    private final List<List<String>> rows = new ArrayList<>();
    private final Set<Integer> toTheRight = new HashSet<>();

    private TextTable(String indentation) {
        this.indentation = indentation;
    }

    static TextTable withHeadings(List<String> headings) {
        TextTable table = new TextTable("");
        table.rows.add(List.copyOf(headings));
        return table;
    }

    /** Without headings, and indented: the first column says what each row is. */
    static TextTable ofFacts() {
        return new TextTable("  ");
    }

    /** Aligns a column, from 0, to the right, for numbers. */
    TextTable alignRight(int column) {
        toTheRight.add(column);
        return this;
    }

    /** Every value is made {@link Printable}. Rows may have different lengths. */
    void add(Object... row) {
        rows.add(Stream.of(row).map(String::valueOf).map(Printable::line).toList());
    }

    void print(PrintWriter out) {
        int[] widths = new int[rows.stream().mapToInt(List::size).max().orElse(0)];
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], Printable.width(row.get(i)));
            }
        }
        rows.forEach(row -> out.println(aligned(row, widths)));
        out.flush();
    }

    private String aligned(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            String space = " ".repeat(widths[i] - Printable.width(row.get(i)));
            line.append(i == 0 ? indentation : "  ")
                    .append(toTheRight.contains(i) ? space + row.get(i) : row.get(i) + space);
        }
        return line.toString().stripTrailing();
    }
}
