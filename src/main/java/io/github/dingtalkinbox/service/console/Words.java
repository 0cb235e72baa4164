package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.text.Message;
import io.github.dingtalkinbox.service.operations.OperatorOutcome;
import io.github.dingtalkinbox.service.operations.OperatorOutcome.Quotation;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;

/**
 * What the service says of itself, in the language of the visitor. What the database says, it says in English, and the
 * console's messages of other languages have it by a key. Templates call methods that are public only.
 */
record Words(MessageSource messages, Times times) {
    private static final String MASK = "***";

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

    /** Where an operator's action came from. */
    public String origin(String origin) {
        return origin.startsWith(Visitor.CONSOLE)
                ? messages.getMessage(
                        "origin.console",
                        new Object[] {origin.substring(Visitor.CONSOLE.length())},
                        LocaleContextHolder.getLocale())
                : origin;
    }

    /** How the service is, as the actuator says it. */
    public String health(String status) {
        return say("health." + status, status);
    }

    /** How a delivery came. */
    public String transport(String transport) {
        return say("transport." + transport, transport);
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
    String settlement(OperatorOutcome settlement, Visitor visitor) {
        return settlement
                .message()
                .text(
                        LocaleContextHolder.getLocale(),
                        detail -> detail instanceof Quotation && !visitor.seesPayloads() ? MASK : shown(detail));
    }

    /** What the cleanup or a check of the seals says. */
    public String message(Message message) {
        return message.text(LocaleContextHolder.getLocale(), this::shown);
    }

    private String shown(Object detail) {
        return detail instanceof Instant time ? times.at(time) : detail.toString();
    }

    private String say(String key, String english) {
        String said = messages.getMessage(key, null, null, LocaleContextHolder.getLocale());
        return said == null ? english : said;
    }
}
