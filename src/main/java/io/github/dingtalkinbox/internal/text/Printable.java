package io.github.dingtalkinbox.internal.text;

import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Texts of strangers, fit to be shown: what would begin a line, move the cursor, change colours or turn the direction of
 * writing is shown as {@code \}{@code uXXXX}, as JSON does.
 */
public final class Printable {
    private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private Printable() {}

    /** In one line, for a terminal or a log. */
    public static String line(String text) {
        return shown(text, Printable::isHarmlessInALine);
    }

    /** In one line of at most so many characters, of which the last one is … if it was cut off. */
    public static String line(String text, int longest) {
        String line = line(text);
        if (line.length() <= longest) {
            return line;
        }
        int cut = Character.isHighSurrogate(line.charAt(longest - 2)) ? longest - 2 : longest - 1;
        return line.substring(0, cut) + "…";
    }

    /** In its own lines, each behind an indentation. */
    public static String lines(String text, String indentation) {
        return text.lines().map(line -> indentation + line(line)).collect(Collectors.joining(System.lineSeparator()));
    }

    /** For a page in a browser, which takes a line break for a space and may know characters that this JVM does not. */
    public static String onAPage(String text) {
        return shown(text, Printable::isHarmlessOnAPage);
    }

    private static String shown(String text, IntPredicate isHarmless) {
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

    private static boolean isHarmlessOnAPage(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL -> codePoint == '\n' || codePoint == '\r' || codePoint == '\t';
            case Character.FORMAT -> codePoint == ZERO_WIDTH_NON_JOINER || codePoint == ZERO_WIDTH_JOINER;
            case Character.SURROGATE -> false;
            default -> true;
        };
    }
}
