package io.github.dingtalkinbox.internal.sqlfile;

import java.util.regex.Pattern;

/**
 * A text that errors point into.
 *
 * @param name as the user knows it: the path or resource location
 */
record SourceFile(String name, String text) {
    private static final String INDENT = "    ";
    private static final Pattern LINE_END = Pattern.compile("\\r\\n|\\r|\\n");
    private static final Pattern WIDE = Pattern.compile(
            "[\\p{IsHan}\\p{IsHangul}\\p{IsHiragana}\\p{IsKatakana}\\u3000-\\u303F\\uFF01-\\uFF60\\x{1F300}-\\x{1FAFF}]");

    /** {@code name: message}. */
    String problem(String message) {
        return name + ": " + message;
    }

    /** {@code name:line:column: message}, the line, and a caret below the place. The column counts characters. */
    String problem(int index, String message) {
        String before = text.substring(0, index);
        String[] linesBefore = LINE_END.split(before, -1);
        String lineStart = linesBefore[linesBefore.length - 1];
        String lineRest = LINE_END.split(text.substring(index), 2)[0];
        int column = lineStart.codePointCount(0, lineStart.length()) + 1;
        return name + ":" + linesBefore.length + ":" + column + ": " + message + "\n" + INDENT + lineStart + lineRest
                + "\n" + INDENT + blank(lineStart) + "^";
    }

    /** As wide as the text is on a terminal. */
    private static String blank(String text) {
        StringBuilder blank = new StringBuilder();
        text.codePoints().forEach(c -> {
            String character = Character.toString(c);
            blank.append(c == '\t' ? "\t" : WIDE.matcher(character).matches() ? "\u3000" : " ");
        });
        return blank.toString();
    }
}
