package io.github.dingtalkinbox.internal.identity;

import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields that every event has under one name or another. The spelling varies from event to event, and one event may
 * have two spellings side by side: each is read by an explicit list of names in their order, never case-insensitively.
 */
final class EventFields {
    private static final List<String> CORP_ID = List.of("CorpId", "corpId", "corpid", "AuthCorpId", "corp_id");
    private static final List<String> TIME =
            List.of("EventTime", "TimeStamp", "timeStamp", "timestamp", "finishTime", "createTime", "gmt_modified");
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
    private static final int DIGITS_OF_SECONDS = 10;
    private static final int DIGITS_OF_MILLISECONDS = 13;

    private static final Pattern DIGITS =
            Pattern.compile("\\d{" + DIGITS_OF_SECONDS + "," + DIGITS_OF_MILLISECONDS + "}");

    private EventFields() {}

    /** The organisation, or empty. */
    static String corpId(JsonNode json) {
        for (String name : CORP_ID) {
            String value = text(json, name);
            if (value != null) {
                return value;
            }
        }
        return "";
    }

    /** The event's own id, if it is a text or a number. */
    static @Nullable String eventId(JsonNode json) {
        return json.path("eventId").isBoolean() ? null : text(json, "eventId");
    }

    static @Nullable Instant occurredAt(JsonNode json) {
        for (String name : TIME) {
            Instant time = time(text(json, name));
            if (time != null) {
                return time;
            }
        }
        return null;
    }

    /** Milliseconds, as a number in most documents and as a text in most captures; seconds if it has 10 digits. */
    private static @Nullable Instant time(@Nullable String digits) {
        if (digits == null || !DIGITS.matcher(digits).matches()) {
            return null;
        }
        long number = Long.parseLong(digits);
        Instant time =
                digits.length() == DIGITS_OF_SECONDS ? Instant.ofEpochSecond(number) : Instant.ofEpochMilli(number);
        return time.isBefore(EARLIEST) || time.isAfter(LATEST) ? null : time;
    }

    /** The value at a path of field names joined by dots, if it is a text, number or truth value, and not empty. */
    static @Nullable String text(JsonNode json, String path) {
        JsonNode node = json;
        int from = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', from)) {
            node = node.path(path.substring(from, dot));
            from = dot + 1;
        }
        node = node.path(path.substring(from)); // mostly the whole path, which is then no copy
        if (!node.isValueNode() || node.isNull()) {
            return null;
        }
        String text = node.isNumber() && !node.isIntegralNumber()
                ? node.decimalValue().stripTrailingZeros().toPlainString()
                : node.asString();
        return text.isEmpty() ? null : text;
    }
}
