package io.github.dingtalkinbox.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The file of the results, written anew with every line, so that a run that is cut short leaves what it has measured. */
public final class Results {
    private static final Path FILE = Path.of("target", "bench", "results.md");
    private static final List<String> TARGETS = new ArrayList<>();
    private static final List<String> DETAILS = new ArrayList<>();

    private Results() {}

    /** A line of the table of what is to be reached; printed, too. Nothing fails if it is not reached. */
    public static synchronized void target(String measured, String result, String atLeast, String aim) {
        TARGETS.add("| " + measured + " | " + result + " | " + atLeast + " | " + aim + " |");
        write();
        System.out.printf("%n%s: %s (at least %s, aim %s)%n", measured, result, atLeast, aim);
    }

    /** Figures behind the table: a heading and Markdown; printed, too. */
    public static synchronized void details(String heading, String markdown) {
        DETAILS.add("## " + heading + "\n\n" + markdown.strip() + "\n");
        write();
        System.out.printf("%n%s%n%s%n", heading, markdown.strip());
    }

    private static void write() {
        List<String> lines = new ArrayList<>(List.of("# Results", "", Machine.description(), ""));
        lines.add("| measured | result | at least | aim |");
        lines.add("|---|---|---|---|");
        lines.addAll(TARGETS);
        lines.add("");
        lines.addAll(DETAILS);
        try {
            Files.createDirectories(FILE.getParent());
            Files.write(FILE, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
