package io.github.dingtalkinbox.service.cli;

import picocli.CommandLine.TypeConversionException;

/** Reads the numbers among the options; picocli's own messages name Java types. */
final class OptionNumbers {
    private OptionNumbers() {}

    static int wholeNumber(String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw notWhole(value);
        }
    }

    static long longNumber(String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw notWhole(value);
        }
    }

    static double number(String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("must be a number such as 0.5, with a point, but is " + value);
        }
    }

    private static TypeConversionException notWhole(String value) {
        return new TypeConversionException("must be a whole number such as 10, but is " + value);
    }
}
