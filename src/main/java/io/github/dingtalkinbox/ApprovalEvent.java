package io.github.dingtalkinbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The content of an approval event, with one name and one type for each field. DingTalk sends some ids as numbers and
 * some as text, and empty text for unknown values: a field that is missing, blank or of another type is null.
 *
 * @param processInstanceId the approval
 * @param taskId the task, which is one approver's turn; only in a {@link #TASK_CHANGE}, and missing in older ones
 * @param type what happened: {@code start}, {@code finish} (agreed or refused), {@code terminate} (withdrawn) or {@code
 *     delete}; of a task {@code start}, {@code finish}, {@code cancel} or {@code comment}
 * @param result of a finished approval: {@code agree} or {@code refuse}; of a task also {@code redirect} or {@code
 *     audit}
 * @param processCode the form
 * @param businessId the number that people see
 * @param title as people see it
 * @param staffId who created the approval; of a task, whose turn it is
 * @param remark the approver's comment; only of a task
 * @param createdAt when the approval, or the task, was created; null if that is implausible
 * @param finishedAt when it ended; null if that is implausible
 * @param occurredAt when the event happened by DingTalk's clock; null if that is implausible
 */
public record ApprovalEvent(
        @Nullable String processInstanceId,
        @Nullable String taskId,
        @Nullable String type,
        @Nullable String result,
        @Nullable String processCode,
        @Nullable String businessId,
        @Nullable String title,
        @Nullable String staffId,
        @Nullable String remark,
        @Nullable Instant createdAt,
        @Nullable Instant finishedAt,
        @Nullable Instant occurredAt) {
    /** The {@link Event#type} of events about approvals. */
    public static final String INSTANCE_CHANGE = "bpms_instance_change";

    /** The {@link Event#type} of events about their tasks. */
    public static final String TASK_CHANGE = "bpms_task_change";

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("3000-01-01T00:00:00Z");

    /** Reads an event, whatever its {@link Event#type}; only events of these two types are about approvals. */
    public static ApprovalEvent of(Event event) {
        JsonNode json = event.payload().json();
        return new ApprovalEvent(
                text(json, "processInstanceId"),
                text(json, "taskId"),
                text(json, "type"),
                text(json, "result"),
                text(json, "processCode"),
                text(json, "businessId"),
                text(json, "title"),
                text(json, "staffId"),
                text(json, "remark"),
                time(json, "createTime"),
                time(json, "finishTime"),
                sensible(event.occurredAt()));
    }

    private static @Nullable String text(JsonNode json, String name) {
        JsonNode value = json.get(name);
        if (value == null || !(value.isString() || value.isNumber())) {
            return null;
        }
        String text = value.asString();
        return text.isBlank() ? null : text;
    }

    /** Milliseconds since 1970, as a number or a text of digits. */
    private static @Nullable Instant time(JsonNode json, String name) {
        String millis = text(json, name);
        if (millis == null) {
            return null;
        }
        try {
            return sensible(Instant.ofEpochMilli(Long.parseLong(millis)));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** Null for a time at which no approval can have happened: it would win or lose against every real one. */
    private static @Nullable Instant sensible(@Nullable Instant time) {
        return time == null || time.isBefore(EARLIEST) || !time.isBefore(END) ? null : time;
    }
}
