package io.github.dingtalkinbox.service.cli;

import java.util.stream.Collectors;

/**
 * Texts of strangers, fit for a terminal: what would move the cursor, change colours or turn the direction of writing is
 * shown as {@code \}{@code uXXXX}, as JSON does.
 */
final class Printable {
    private Printable() {}

    /** In one line. */
    static String line(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isHarmless(c)) {
                printable.appendCodePoint(c);
            } else {
                for (char unit : Character.toChars(c)) {
                    printable.append("\\u%04x".formatted((int) unit));
                }
            }
        });
        return printable.toString();
    }

    /** In its own lines, each behind an indentation. */
    static String lines(String text, String indentation) {
        return text.lines().map(line -> indentation + line(line)).collect(Collectors.joining(System.lineSeparator()));
    }

    private static boolean isHarmless(int codePoint) {
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
