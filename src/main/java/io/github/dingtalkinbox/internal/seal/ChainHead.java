package io.github.dingtalkinbox.internal.seal;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The last seal of a chain, by which the whole of it can be recognised.
 *
 * @param number of the seal
 * @param seal in hex
 */
public record ChainHead(long number, String seal) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}):([0-9a-fA-F]{64})");

    /**
     * As {@link #toString} writes it, and the service into its log.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static ChainHead parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "A head is the number of a seal, a colon and 64 hex digits, as the service"
                            + " writes it into its log, but this is " + text);
        }
        return new ChainHead(Long.parseLong(matcher.group(1)), matcher.group(2).toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return number + ":" + seal;
    }
}
