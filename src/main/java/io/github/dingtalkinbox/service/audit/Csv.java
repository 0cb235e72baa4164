package io.github.dingtalkinbox.service.audit;

import java.math.BigDecimal;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Comma-separated values (RFC 4180), as spreadsheets take them, and without what they would calculate. */
public final class Csv {
    /** By it, Excel knows that it is UTF-8. */
    public static final String BEGIN = "\uFEFF";

    /** Also as Chinese and Japanese keyboards write them. */
    private static final String CALCULATES = "=+-@\t\r\n＝＋－＠";

    private Csv() {}

    /** With its end. Numbers are not texts that begin with a minus. */
    public static String line(@Nullable Object... values) {
        StringJoiner line = new StringJoiner(",", "", "\r\n");
        for (Object value : values) {
            line.add(
                    value instanceof BigDecimal number
                            ? number.toPlainString()
                            : value instanceof Number ? value.toString() : quoted(harmless(text(value))));
        }
        return line.toString();
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private static String harmless(String text) {
        return !text.isEmpty() && CALCULATES.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String text) {
        return text.matches("[^\",\\r\\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
