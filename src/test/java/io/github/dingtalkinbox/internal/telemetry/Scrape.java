package io.github.dingtalkinbox.internal.telemetry;

import static java.util.stream.Collectors.toCollection;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Prometheus reads: the samples by name, and the labels that those of a name have. */
final class Scrape {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final String text;
    private final Map<String, Set<String>> labels = new HashMap<>();

    Scrape(String text) {
        this.text = text;
        Matcher sample = SAMPLE.matcher(text);
        while (sample.find()) {
            Set<String> all = labels.computeIfAbsent(sample.group(1), n -> new TreeSet<>());
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2)).results().forEach(label -> all.add(label.group(1)));
            }
        }
    }

    Set<String> names() {
        return labels.keySet();
    }

    Set<String> labelsOf(String name) {
        Set<String> found = labels.get(name);
        if (found == null) {
            throw new AssertionError("There is no " + name + " but " + new TreeSet<>(names()));
        }
        return found;
    }

    /** The upper ends of a histogram's buckets, as they are written, in the series with this label. */
    Set<String> buckets(String histogram, String label) {
        return SAMPLE.matcher(text)
                .results()
                .filter(s ->
                        s.group(1).equals(histogram + "_bucket") && s.group(2).contains(label))
                .flatMap(s -> LABEL.matcher(s.group(2)).results())
                .filter(l -> l.group(1).equals("le"))
                .map(l -> l.group(2))
                .collect(toCollection(TreeSet::new));
    }
}
