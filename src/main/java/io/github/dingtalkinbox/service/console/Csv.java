package io.github.dingtalkinbox.service.console;

import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Comma-separated values (RFC 4180), as spreadsheets take them, and without what they would calculate. */
final class Csv {
    /** By it, Excel knows that it is UTF-8. */
    static final String BEGIN = "\uFEFF";

    /** Also as Chinese and Japanese keyboards write them. */
    private static final String CALCULATES = "=+-@\t\r\n＝＋－＠";

    private Csv() {}

    /** With its end. */
    static String line(@Nullable Object... values) {
        StringJoiner line = new StringJoiner(",", "", "\r\n");
        for (Object value : values) {
            line.add(cell(value == null ? "" : String.valueOf(value)));
        }
        return line.toString();
    }

    private static String cell(String text) {
        String plain = !text.isEmpty() && CALCULATES.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return plain.matches("[^\",\\r\\n]*") ? plain : "\"" + plain.replace("\"", "\"\"") + "\"";
    }
}
