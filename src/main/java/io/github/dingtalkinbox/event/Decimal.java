package io.github.dingtalkinbox.event;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A number of JSON, taken apart as text: converting thousands of digits takes quadratic time.
 *
 * @param literal as it was sent
 * @param plainLength how many digits it has when written without an exponent, as jsonb does
 * @param canonical equal for equal numbers, unless an exponent is beyond all reason: then the literal
 */
record Decimal(String literal, long plainLength, String canonical) {
    private static final int DIGITS_OF_LONG_EXPONENT = 15;
    private static final int LONGEST_PLAIN = 40;
    private static final int DIGITS_OF_LONG = 18;

    /** @param literal a number by the grammar of JSON */
    static Decimal of(String literal) {
        int start = literal.startsWith("-") ? 1 : 0;
        int e = Math.max(literal.indexOf('e'), literal.indexOf('E'));
        int end = e < 0 ? literal.length() : e;
        int point = literal.indexOf('.');
        String whole = literal.substring(start, point < 0 ? end : point);
        String fraction = point < 0 ? "" : literal.substring(point + 1, end);
        String exponentDigits = e < 0 ? "0" : exponentDigits(literal, e + 1);
        if (exponentDigits.length() > DIGITS_OF_LONG_EXPONENT) {
            return new Decimal(literal, Long.MAX_VALUE, literal);
        }
        long exponent = Long.parseLong(exponentDigits);
        if (e >= 0 && literal.charAt(e + 1) == '-') {
            exponent = -exponent;
        }
        long plainLength = Math.max(1, whole.length() + exponent) + Math.max(0, fraction.length() - exponent);
        return new Decimal(literal, plainLength, canonical(start > 0, whole + fraction, exponent - fraction.length()));
    }

    /** A number of at most some hundred digits. */
    JsonNode node() {
        boolean isLong = canonical.length() <= DIGITS_OF_LONG
                && canonical.chars().allMatch(c -> c == '-' || Character.isDigit(c));
        return isLong
                ? JsonNodeFactory.instance.numberNode(Long.parseLong(canonical))
                : JsonNodeFactory.instance.numberNode(new BigDecimal(literal));
    }

    private static String exponentDigits(String literal, int from) {
        int i = literal.charAt(from) == '+' || literal.charAt(from) == '-' ? from + 1 : from;
        while (i < literal.length() - 1 && literal.charAt(i) == '0') {
            i++;
        }
        return literal.substring(i);
    }

    private static String canonical(boolean isNegative, String digits, long exponent) {
        int from = 0;
        int to = digits.length();
        while (from < to && digits.charAt(from) == '0') {
            from++;
        }
        while (to > from && digits.charAt(to - 1) == '0') {
            to--;
        }
        if (from == to) {
            return "0";
        }
        String significant = digits.substring(from, to);
        return (isNegative ? "-" : "") + written(significant, exponent + digits.length() - to);
    }

    private static String written(String significant, long exponent) {
        if (exponent >= 0 && significant.length() + exponent <= LONGEST_PLAIN) {
            return significant + "0".repeat((int) exponent);
        }
        if (exponent < 0 && -exponent < LONGEST_PLAIN) {
            int fraction = (int) -exponent;
            String padded = "0".repeat(Math.max(0, fraction + 1 - significant.length())) + significant;
            int point = padded.length() - fraction;
            return padded.substring(0, point) + "." + padded.substring(point);
        }
        return significant + "e" + exponent;
    }
}
