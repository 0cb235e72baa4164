package io.github.dingtalkinbox.internal.start;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The name of a property, as the user set it.
 *
 * @param parts between the dots, in lower case and without hyphens; {@code []} stands for a number in brackets
 * @param isVariable whether it comes from the environment, where an underscore may be a dot, a hyphen or neither
 */
record PropertyName(List<String> parts, boolean isVariable) {
    private static final Pattern INDEX = Pattern.compile("\\[]");

    boolean matches(String known) {
        String separator = isVariable ? "" : ".";
        List<String> wanted = parts(known);
        String pattern = wanted.stream().map(Pattern::quote).collect(Collectors.joining(Pattern.quote(separator)));
        // A name that the user chose may have dots if it is the last part.
        String anyName = isVariable || wanted.get(wanted.size() - 1).equals(KnownProperties.NAME) ? ".+" : "[^.]+";
        return Pattern.matches(
                pattern.replace(Pattern.quote(KnownProperties.NAME), anyName),
                String.join(separator, withoutLastIndex()));
    }

    /** By how many letters it differs from this property. */
    int distance(String known) {
        List<String> wanted = parts(known);
        if (!wanted.contains(KnownProperties.NAME)) {
            return distance(squeezed(parts), squeezed(wanted));
        }
        int distance = 0;
        for (int i = 0; i < wanted.size() && wanted.size() == parts.size(); i++) {
            distance += wanted.get(i).equals(KnownProperties.NAME) ? 0 : distance(parts.get(i), wanted.get(i));
        }
        return wanted.size() == parts.size() ? distance : Integer.MAX_VALUE;
    }

    /**
     * How many letters may differ. Few in a variable, because the variables of other programs may begin with the same
     * word.
     */
    int tolerance() {
        return isVariable ? 2 : Math.max(2, squeezed(parts).length() / 4);
    }

    private List<String> withoutLastIndex() {
        int last = parts.size() - 1;
        return parts.get(last).equals("[]") || (isVariable && parts.get(last).matches("\\d+"))
                ? parts.subList(0, last)
                : parts;
    }

    private static List<String> parts(String known) {
        return Stream.of(INDEX.matcher(known).replaceAll(".[]").split("\\.", -1))
                .map(part -> part.replace("-", "").toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String squeezed(List<String> parts) {
        return String.join("", parts);
    }

    /** Letters to add, remove or replace (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
