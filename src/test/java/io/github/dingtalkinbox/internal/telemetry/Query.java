package io.github.dingtalkinbox.internal.telemetry;

import static java.util.stream.Collectors.toCollection;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A query for Prometheus, as far as it names metrics and labels. */
record Query(String text) {
    private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"");
    private static final Pattern SELECTOR = Pattern.compile("(\\w+)\\{([^}]*)}");
    private static final Pattern MATCHED = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern GROUPED = Pattern.compile("\\b(?:by|on)\\s*\\(([^)]*)\\)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w$])[a-z]\\w*\\b(?!\\s*\\()");
    private static final Set<String> KEYWORDS = Set.of("and", "or", "unless", "offset", "by", "on");

    /** Its metrics, all of which a scrape must have, with the labels by which they are chosen. */
    void requireIn(Scrape scrape) {
        String bare = TEXT.matcher(text).replaceAll("");
        Set<String> metrics = metrics(bare);
        if (metrics.isEmpty()) {
            throw new AssertionError("A query for nothing: " + text);
        }
        Set<String> known = new TreeSet<>();
        metrics.forEach(metric -> known.addAll(scrape.labelsOf(metric)));
        SELECTOR.matcher(bare).results().forEach(s -> require(words(MATCHED, s.group(2)), scrape.labelsOf(s.group(1))));
        GROUPED.matcher(bare).results().forEach(g -> require(words(Pattern.compile("(\\w+)"), g.group(1)), known));
    }

    private static Set<String> metrics(String bare) {
        String names = bare.replaceAll("\\{[^}]*}", " ").replaceAll("\\[[^]]*]", " ");
        Set<String> found = NAME.matcher(GROUPED.matcher(names).replaceAll(" "))
                .results()
                .map(r -> r.group())
                .collect(toCollection(TreeSet::new));
        found.removeAll(KEYWORDS);
        return found;
    }

    private void require(Set<String> labels, Set<String> known) {
        if (!known.containsAll(labels)) {
            throw new AssertionError("Of the labels " + labels + " there are only " + known + ", in: " + text);
        }
    }

    private static Set<String> words(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(r -> r.group(1)).collect(toCollection(TreeSet::new));
    }
}
