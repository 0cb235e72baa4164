package io.github.dingtalkinbox.service.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A command with its arguments, as text that a POSIX shell splits into exactly these words. */
public final class ShellCommand {
    /** These have no special meaning in a shell. Everything else, and an empty word, is quoted. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

    private final List<String> words = new ArrayList<>();

    private ShellCommand(String word) {
        words.add(word);
    }

    /** Starts with this word. */
    static ShellCommand of(String program) {
        return new ShellCommand(quoted(program));
    }

    /** Starts with this variable of the environment. */
    public static ShellCommand with(String variable, String value) {
        return new ShellCommand(variable + "=" + quoted(value));
    }

    ShellCommand and(String... more) {
        for (String word : more) {
            words.add(quoted(word));
        }
        return this;
    }

    @Override
    public String toString() {
        return words.stream().collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
