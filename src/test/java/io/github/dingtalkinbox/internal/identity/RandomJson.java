package io.github.dingtalkinbox.internal.identity;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** JSON that is made by chance: a value as Java's maps, lists and literals, and its many spellings. */
public final class RandomJson {
    private static final List<String> NUMBERS = List.of(
            "0",
            "-0",
            "1",
            "-17",
            "1790000000123",
            "9007199254740993",
            "123456789012345678901234567890",
            "0.5",
            "1.50",
            "1e0",
            "-2.5E-3",
            "1E+2",
            "1e300",
            "4.9e-324");
    private static final List<String> PIECES = List.of(
            "a",
            "b",
            "差",
            "\uD83D\uDE80",
            "\\\"",
            "\\\\",
            "\\/",
            "\\n",
            "\\u0041",
            "\\ud83d\\ude80",
            "{",
            "]",
            ",",
            ":",
            " ");

    private RandomJson() {}

    /** A JSON text without white space around it. Its strings have up to so many pieces. */
    static String text(Random random, int depth, int longest) {
        return write(value(random, depth, longest), null);
    }

    /** A map, a list, or the literal of anything else. */
    public static Object value(Random random, int depth, int longest) {
        int kind = random.nextInt(depth > 0 ? 8 : 5);
        return switch (kind) {
            case 0 -> NUMBERS.get(random.nextInt(NUMBERS.size()));
            case 1 -> List.of("true", "false", "null").get(random.nextInt(3));
            case 2, 3, 4 -> string(random, longest);
            case 5 -> {
                List<Object> list = new ArrayList<>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    list.add(value(random, depth - 1, longest));
                }
                yield list;
            }
            default -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (int i = random.nextInt(6); i > 0; i--) {
                    map.put(name(random, i), value(random, depth - 1, longest));
                }
                yield map;
            }
        };
    }

    /** No name stands twice, whatever its escapes mean. */
    private static String name(Random random, int number) {
        String some = string(random, 3);
        return some.substring(0, some.length() - 1) + number + '"';
    }

    private static String string(Random random, int longest) {
        StringBuilder string = new StringBuilder("\"");
        for (int i = random.nextInt(longest + 1); i > 0; i--) {
            string.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return string.append('"').toString();
    }

    /** The value, with its members in another order and white space between if there is a generator for them. */
    public static String write(Object value, @Nullable Random variation) {
        String space = variation == null ? "" : space(variation);
        if (value instanceof List<?> list) {
            List<String> elements = new ArrayList<>();
            list.forEach(e -> elements.add(write(e, variation)));
            return "[" + space + String.join("," + space, elements) + "]" + space;
        }
        if (value instanceof Map<?, ?> map) {
            List<String> members = new ArrayList<>();
            map.forEach((k, v) -> members.add(k + space + ":" + write(v, variation)));
            if (variation != null) {
                Collections.shuffle(members, variation);
            }
            return "{" + space + String.join("," + space, members) + "}" + space;
        }
        return space + value;
    }

    static String space(Random random) {
        return switch (random.nextInt(12)) {
            case 0 -> " ";
            case 1 -> "\n\t";
            case 2 -> "\r\n";
            case 3 -> " ".repeat(random.nextInt(5000));
            default -> "";
        };
    }
}
