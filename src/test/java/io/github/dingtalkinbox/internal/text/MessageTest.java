package io.github.dingtalkinbox.internal.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final Pattern USED = Pattern.compile("\"((?:settlement|problem|seal)\\.[a-z.-]+[a-z])\"");
    private static final String STATE = "settlement.state.";
    private static final Pattern DETAIL = Pattern.compile("\\{(\\d+)}");
    private static final Map<String, String> ENGLISH = words("");
    private static final Map<String, String> CHINESE = words("_zh");

    @Test
    void bothLanguagesHaveTheSameMessagesAndNameTheSameDetails() {
        assertThat(CHINESE.keySet()).isEqualTo(ENGLISH.keySet());
        ENGLISH.forEach((key, words) ->
                assertThat(details(CHINESE.getOrDefault(key, ""))).as(key).isEqualTo(details(words)));
    }

    @Test
    void detailsAreNumberedFromZeroWithoutAGap() {
        assertThat(ENGLISH).allSatisfy((key, words) -> assertThat(details(words))
                .as(key)
                .isEqualTo(IntStream.range(0, details(words).size()).boxed().collect(Collectors.toSet())));
    }

    @Test
    void everyMessageOfTheProgramHasWordsAndAllWordsAreUsed() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            files.filter(file -> file.toString().endsWith(".java"))
                    .forEach(file -> USED.matcher(read(file)).results().forEach(key -> used.add(key.group(1))));
        }
        Set<String> known = new TreeSet<>(ENGLISH.keySet());
        known.removeIf(key -> key.startsWith(STATE));

        assertThat(used).isEqualTo(known);
    }

    @Test
    void everyMessageIsSaidInBothLanguagesWithAllOfItsDetails() {
        ENGLISH.forEach((key, words) -> {
            List<String> details =
                    details(words).stream().map(n -> "it's {" + n + "} '").toList();
            Message message = new Message(key, List.copyOf(details));
            assertThat(message.text())
                    .as(key)
                    .satisfies(said -> assertThat(details).allMatch(said::contains))
                    .doesNotContain("''");
            assertThat(message.text(Locale.CHINESE, String::valueOf))
                    .as(key)
                    .containsPattern("\\p{IsHan}")
                    .satisfies(said -> assertThat(details).allMatch(said::contains))
                    .doesNotContain("''");
        });
    }

    @Test
    void whatIsNotTranslatedIsSaidInEnglish() {
        Message message = Message.of("settlement.in-use");

        assertThat(message.text(Locale.FRENCH, String::valueOf)).isEqualTo(message.text());
        assertThat(message.text(Locale.TRADITIONAL_CHINESE, String::valueOf))
                .isEqualTo(message.text(Locale.CHINESE, String::valueOf));
    }

    @Test
    void aMessageAmongTheDetailsIsSaidInTheSameLanguage() {
        Message message = Message.of("settlement.in-another-state", Message.of("settlement.state.dead"));

        assertThat(message.text()).isEqualTo("is dead, which is not one of the selected states");
        assertThat(message.text(Locale.SIMPLIFIED_CHINESE, String::valueOf)).contains("死信");
    }

    @Test
    void aNumberIsWrittenAsItIs() {
        assertThat(Message.of("problem.day-not-all-removed", "t", "d", 1234567, "f", 2)
                        .text())
                .contains(" 1234567 rows ");
    }

    @Test
    void whatADetailQuotesOfAStrangerIsPrintable() {
        Message message = Message.of("settlement.failed", "no number: \"\u202e\r\nINFO all is well\u001b[2J\"");

        assertThat(message.text())
                .isEqualTo("failed, and nothing was changed: no number:"
                        + " \"\\u202e\\u000d\\u000aINFO all is well\\u001b[2J\"");
    }

    private static Set<Integer> details(String words) {
        return DETAIL.matcher(words)
                .results()
                .map(MatchResult::group)
                .map(n -> Integer.valueOf(n.substring(1, n.length() - 1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, String> words(String language) {
        Properties words = new Properties();
        for (String folder : List.of("", "service/")) {
            try (Reader file = Files.newBufferedReader(
                    Path.of("src/main/resources/dingtalk-inbox/" + folder + "messages" + language + ".properties"),
                    UTF_8)) {
                words.load(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        Map<String, String> byKey = new TreeMap<>();
        words.forEach((key, text) -> byKey.put(key.toString(), text.toString()));
        return byKey;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
