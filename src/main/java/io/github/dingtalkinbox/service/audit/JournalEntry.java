package io.github.dingtalkinbox.service.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One delivery, as its sender saw it.
 *
 * @param answeredAt when it was answered or given up, by the sender's clock
 * @param answer {@link #SUCCESS}, or what was wrong with the answer, or why there was none
 * @param delivery its number among the deliveries of the event, from 1
 * @param event what was delivered
 * @param url where it was sent
 */
public record JournalEntry(Instant answeredAt, String answer, int delivery, SentEvent event, String url) {
    /** The answer was verified and decrypted, and was {@code success}. */
    public static final String SUCCESS = "success";

    /** The columns of a journal, and its first line. */
    static final String HEADER = line(List.of(
            "answered_at",
            "answer",
            "event_id",
            "delivery",
            "event_type",
            "type",
            "process_instance_id",
            "task_id",
            "corp_id",
            "url"));

    private static final int COLUMNS = HEADER.split("\t", -1).length;

    /** The entry in the text format of PostgreSQL's {@code copy}, without the line end. */
    String line() {
        return line(List.of(
                answeredAt.toString(),
                answer,
                event.eventId(),
                Integer.toString(delivery),
                event.eventType(),
                event.type(),
                event.processInstanceId(),
                event.taskId(),
                event.corpId(),
                url));
    }

    /** The entry of a line; empty for a line that was cut off when the sender was killed. */
    static Optional<JournalEntry> parse(String line) {
        List<String> values =
                Arrays.stream(line.split("\t", -1)).map(JournalEntry::unescape).toList();
        if (values.size() != COLUMNS) {
            return Optional.empty();
        }
        try {
            var event = new SentEvent(
                    values.get(2), values.get(8), values.get(4), values.get(6), values.get(7), values.get(5));
            return Optional.of(new JournalEntry(
                    Instant.parse(values.get(0)),
                    values.get(1),
                    Integer.parseInt(values.get(3)),
                    event,
                    values.get(9)));
        } catch (DateTimeException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static String line(List<String> values) {
        return values.stream().map(JournalEntry::escape).collect(Collectors.joining("\t"));
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private static String unescape(String value) {
        // First split at double backslashes: \\t is a backslash and a t, not a tab.
        return Stream.of(value.split("\\\\\\\\", -1))
                .map(part -> part.replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r"))
                .collect(Collectors.joining("\\"));
    }
}
