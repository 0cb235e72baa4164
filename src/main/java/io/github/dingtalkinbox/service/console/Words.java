package io.github.dingtalkinbox.service.console;

import io.github.dingtalkinbox.internal.stream.StreamLevels;
import io.github.dingtalkinbox.internal.text.Message;
import io.github.dingtalkinbox.service.operations.OperatorOutcome;
import io.github.dingtalkinbox.service.operations.OperatorOutcome.Quotation;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;

/**
 * The texts of the service, in the language of the visitor. Texts from the database or its queries are English; the
 * console's messages translate them by a key. Templates can only call public methods.
 */
record Words(MessageSource messages, Times times) {
    private static final String MASK = "***";

    /** The state of an approval or task, the decision, or both. Words that are unknown stay as they are. */
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

    /** The health of the service, as the actuator reports it. */
    public String health(String status) {
        return say("health." + status, status);
    }

    /** How a delivery arrived. */
    public String transport(String transport) {
        return say("transport." + transport, transport);
    }

    /** How a connection to DingTalk's gateway is. */
    public String stream(StreamLevels.ConnectionState state) {
        String word = state.name().toLowerCase(Locale.ROOT);
        return say("stream." + word, word);
    }

    /** The question of a query in {@code db/audit}. */
    public String question(String query, String question) {
        return say("audit.question." + query, question);
    }

    /** How to read the answer, in lines. */
    public List<String> explanation(String query, List<String> explanation) {
        return say("audit.explanation." + query, String.join("\n", explanation))
                .lines()
                .toList();
    }

    /** The result of an action of this visitor. */
    String settlement(OperatorOutcome settlement, Visitor visitor) {
        return settlement
                .message()
                .text(
                        LocaleContextHolder.getLocale(),
                        detail -> detail instanceof Quotation && !visitor.seesPayloads() ? MASK : shown(detail));
    }

    /** A message of the cleanup or of a check of the seals. */
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
