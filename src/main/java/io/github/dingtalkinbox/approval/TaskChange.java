package io.github.dingtalkinbox.approval;

import io.github.dingtalkinbox.event.Event;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code bpms_task_change} says of its task.
 *
 * @param taskKey what tells the tasks of an approval apart
 * @param type start, finish or cancel; a comment is no task
 */
record TaskChange(
        String corpId,
        String processInstanceId,
        String taskKey,
        String type,
        String eventId,
        @Nullable Instant createdAt,
        @Nullable Instant finishedAt,
        Fields fields) {
    private static final Set<String> TYPES = Set.of("start", "finish", "cancel");

    /** The change, or none if the event names no task or is of another type. */
    static Optional<TaskChange> of(Event event) {
        Fields fields = new Fields(event.payload().json());
        String instance = fields.text("processInstanceId");
        String task = taskKey(fields);
        String type = fields.text("type");
        if (instance == null || task == null || type == null || !TYPES.contains(type)) {
            return Optional.empty();
        }
        Instant finishedAt = fields.time("finishTime");
        return Optional.of(new TaskChange(
                Key.of(event.corpId()),
                Key.of(instance),
                Key.of(task),
                type,
                event.id(),
                fields.time("createTime"),
                finishedAt != null ? finishedAt : Fields.sensible(event.occurredAt()),
                fields));
    }

    /** Legacy events have no taskId. The time must stand beside the person, who may get a second task in an approval. */
    private static @Nullable String taskKey(Fields fields) {
        String taskId = fields.text("taskId");
        if (taskId != null) {
            return "task:" + taskId;
        }
        String staffId = fields.text("staffId");
        String createTime = fields.text("createTime");
        return staffId == null || createTime == null ? null : "staff:" + staffId + "@" + createTime;
    }
}
