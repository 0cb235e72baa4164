package io.github.dingtalkinbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an event of an approval says, each field under one name and with one type. DingTalk sends an id as a number here and
 * as a text there, and empty texts for what it does not know: a field is null where it is missing, blank, or something else.
 *
 * @param processInstanceId the approval
 * @param taskId the task, one approver's turn; of a {@link #TASK_CHANGE} only, and older ones lack it
 * @param type what happened: {@code start}, {@code finish} (agreed or refused), {@code terminate} (withdrawn) or
 *     {@code delete}; of a task {@code start}, {@code finish}, {@code cancel} or {@code comment}
 * @param result of what has finished: {@code agree} or {@code refuse}; of a task, {@code redirect} or {@code audit}, too
 * @param processCode the form
 * @param businessId the number that people see
 * @param title as people see it
 * @param staffId who has made the approval; of a task, whose turn it is
 * @param remark the approver's words; of a task only
 * @param createdAt when the approval, or the task, was made; null, too, where it makes no sense
 * @param finishedAt when it came to its end; null, too, where it makes no sense
 * @param occurredAt when the event happened by DingTalk's clock; null, too, where it makes no sense
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
    /** The {@link Event#type} of events of approvals. */
    public static final String INSTANCE_CHANGE = "bpms_instance_change";

    /** The {@link Event#type} of events of their tasks. */
    public static final String TASK_CHANGE = "bpms_task_change";

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("3000-01-01T00:00:00Z");

    /** What the event says, whatever its {@link Event#type}: only of those two is it about an approval. */
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

    /** Null if no approval can be from then: such a time would win or lose against every real one. */
    private static @Nullable Instant sensible(@Nullable Instant time) {
        return time == null || time.isBefore(EARLIEST) || !time.isBefore(END) ? null : time;
    }
}
