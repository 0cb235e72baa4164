package io.github.dingtalkinbox.internal.sqlfile;

import io.github.dingtalkinbox.internal.text.Printable;
import java.util.regex.Pattern;

/**
 * A text in which errors have positions.
 *
 * @param name as the user knows it: the path or resource location
 */
record SourceFile(String name, String text) {
    private static final String INDENT = "    ";
    private static final Pattern LINE_END = Pattern.compile("\\r\\n|\\r|\\n");

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
        text.codePoints().mapToObj(Character::toString).forEach(c -> {
            String one = Printable.width(c) == 2 ? "\u3000" : " ";
            blank.append(c.equals("\t") ? c : one);
        });
        return blank.toString();
    }
}
