package io.github.dingtalkinbox.internal.text;

import java.util.function.IntPredicate;
import java.util.regex.Pattern;

/**
 * Makes texts from outside safe to show: a character that would start a line, move the cursor, change colours or turn
 * the direction of writing is shown as {@code \}{@code uXXXX}, as in JSON.
 */
public final class Printable {
    /** East Asian Width W and F (Unicode, annex 11), by blocks: unassigned characters in these are wide as well. */
    private static final Pattern WIDE = Pattern.compile("[\\u1100-\\u115F\\u2E80-\\u303E\\u3041-\\u4DBF\\u4E00-\\uA4CF"
            + "\\uA960-\\uA97F\\uAC00-\\uD7A3\\uF900-\\uFAFF\\uFE10-\\uFE19\\uFE30-\\uFE6F\\uFF01-\\uFF60\\uFFE0-\\uFFE6"
            + "\\x{1F300}-\\x{1F64F}\\x{1F680}-\\x{1F6FF}\\x{1F900}-\\x{1FAFF}\\x{20000}-\\x{3FFFD}]");

    private Printable() {}

    /** In one line, for a terminal or a log. */
    public static String line(String text) {
        return shown(text, Printable::isHarmlessInALine);
    }

    /** In one line of at most so many characters; if it was cut off, it ends with …. */
    public static String line(String text, int longest) {
        String line = line(text);
        if (line.length() <= longest) {
            return line;
        }
        int cut = Character.isHighSurrogate(line.charAt(longest - 2)) ? longest - 2 : longest - 1;
        return line.substring(0, cut) + "…";
    }

    /** How many columns of a terminal it takes. */
    public static int width(String text) {
        return text.codePoints().map(Printable::width).sum();
    }

    private static int width(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> WIDE.matcher(Character.toString(codePoint)).matches() ? 2 : 1;
        };
    }

    /** Replaces all characters but the harmless ones. */
    public static String shown(String text, IntPredicate isHarmless) {
        if (text.codePoints().allMatch(isHarmless)) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (isHarmless.test(c)) {
                shown.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    shown.append("\\u%04x".formatted((int) unit));
                }
            }
        });
        return shown.toString();
    }

    private static boolean isHarmlessInALine(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
