package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.text.Printable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Columns under each other on a terminal, also where some letters are two columns wide. */
final class TextTable {
    private final List<List<String>> rows = new ArrayList<>();
    private final Set<Integer> toTheRight = new HashSet<>();

    TextTable(List<String> headings) {
        rows.add(List.copyOf(headings));
    }

    /** Has a column, from 0, end and not begin under each other, as numbers do. */
    void alignRight(int column) {
        toTheRight.add(column);
    }

    /** Whatever a row holds is shown as {@link Printable} has it. */
    void add(List<String> row) {
        rows.add(row.stream().map(Printable::line).toList());
    }

    void print(PrintWriter out) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        rows.forEach(row -> out.println(aligned(row, widths)));
        out.flush();
    }

    private String aligned(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String space = " ".repeat(widths[i] - width(row.get(i)));
            line.append(toTheRight.contains(i) ? space + row.get(i) : row.get(i) + space)
                    .append("  ");
        }
        return line.toString().stripTrailing();
    }

    /** How many columns of a terminal it takes. */
    static int width(String text) {
        return text.codePoints().map(TextTable::width).sum();
    }

    private static int width(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(codePoint) ? 2 : 1;
        };
    }

    /** East Asian Width W and F (Unicode, annex 11), by blocks: a character of these that is not assigned is wide, too. */
    private static boolean isWide(int c) {
        return c >= 0x1100
                && (c <= 0x115F // Hangul
                        || (c >= 0x2E80 && c <= 0x303E) // radicals, punctuation
                        || (c >= 0x3041 && c <= 0x4DBF) // kana, bopomofo, compatibility, extension A
                        || (c >= 0x4E00 && c <= 0xA4CF) // unified ideographs, Yi
                        || (c >= 0xA960 && c <= 0xA97F)
                        || (c >= 0xAC00 && c <= 0xD7A3) // Hangul
                        || (c >= 0xF900 && c <= 0xFAFF) // compatibility ideographs
                        || (c >= 0xFE10 && c <= 0xFE19)
                        || (c >= 0xFE30 && c <= 0xFE6F)
                        || (c >= 0xFF01 && c <= 0xFF60) // full-width forms
                        || (c >= 0xFFE0 && c <= 0xFFE6)
                        || (c >= 0x1F300 && c <= 0x1F64F) // pictures
                        || (c >= 0x1F680 && c <= 0x1F6FF)
                        || (c >= 0x1F900 && c <= 0x1FAFF)
                        || (c >= 0x20000 && c <= 0x3FFFD)); // further ideographs
    }
}
