package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.operations.Settlement;
import io.github.dingtalkinbox.internal.retention.Problem;
import io.github.dingtalkinbox.internal.seal.SealFinding;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;

/**
 * What the service says in English of itself, in the language of the visitor: English is what it says, and the messages of
 * other languages have it by a key. Templates call methods that are public only.
 */
record Words(MessageSource messages, Times times) {
    /** Of an approval or a task in it: what it is now, what was decided, or both. What DingTalk may say one day stays. */
    public String approval(String state) {
        return Arrays.stream(state.split(" ", -1))
                .map(word -> say("approval." + word, word))
                .collect(Collectors.joining(" "));
    }

    /** What an operator did. */
    public String action(String action) {
        return say("action." + action, action);
    }

    /** What a query of {@code db/audit} asks. */
    public String question(String query, String question) {
        return say("audit.question." + query, question);
    }

    /** How to read the answer of one: lines. */
    public List<String> explanation(String query, List<String> explanation) {
        return say("audit.explanation." + query, String.join("\n", explanation))
                .lines()
                .toList();
    }

    /** What came of a wish of this visitor's. */
    String settlement(Settlement settlement, Visitor visitor) {
        Settlement seen = visitor.seesPayloads() ? settlement : settlement.masked();
        return say(key("settlement", seen.kind()), seen.text(), details(seen.details()));
    }

    /** What keeps the cleanup from something. */
    public String problem(Problem problem) {
        return say(key("problem", problem.kind()), problem.text(), details(problem.details()));
    }

    /** What a check of the seals has found. */
    public String finding(SealFinding finding) {
        return say(key("seal", finding.kind()), finding.text(), details(finding.details()));
    }

    private static String key(String of, Enum<?> kind) {
        return of + "." + kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private Object[] details(List<Object> details) {
        return details.stream().map(this::detail).toArray();
    }

    private String detail(Object detail) {
        if (detail instanceof Instant time) {
            return times.at(time);
        }
        if (detail instanceof SealFinding.Place place) {
            return say(
                    "seal.place", place.toString(), times.at(place.hour()), place.type(), String.valueOf(place.seal()));
        }
        return detail instanceof Settlement.InState state
                ? say("state." + state.name(), state.name())
                : detail.toString();
    }

    private String say(String key, String english, Object... details) {
        String said = said(key, details);
        return said == null ? english : said;
    }

    private @Nullable String said(String key, Object... details) {
        return messages.getMessage(key, details, null, LocaleContextHolder.getLocale());
    }
}
