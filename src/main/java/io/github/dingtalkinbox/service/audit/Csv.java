package io.github.dingtalkinbox.service.audit;

import io.github.dingtalkinbox.internal.text.Printable;
import java.math.BigDecimal;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Comma-separated values (RFC 4180) for spreadsheets, without anything that they would execute as a formula. */
public final class Csv {
    /** Tells Excel that the file is UTF-8. */
    public static final String BEGIN = "\uFEFF";

    /** Including the forms that Chinese and Japanese keyboards produce. */
    private static final String CALCULATES = "=+-@\t\r\n＝＋－＠";

    private Csv() {}

    /** A line with its end. Negative numbers are not treated as text. */
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

    /** Of the characters that steer a terminal, tab and the ends of lines stay. */
    private static String text(@Nullable Object value) {
        return value == null
                ? ""
                : Printable.shown(
                        value.toString(), c -> c == '\t' || c == '\r' || c == '\n' || !Character.isISOControl(c));
    }

    private static String harmless(String text) {
        return !text.isEmpty() && CALCULATES.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    private static String quoted(String text) {
        return text.matches("[^\",\\r\\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
