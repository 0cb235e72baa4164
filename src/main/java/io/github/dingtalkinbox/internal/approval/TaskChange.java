package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.ApprovalEvent;
import io.github.dingtalkinbox.Event;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one or more {@code bpms_task_change} events say of a task, by the same rules as {@link InstanceChange}.
 *
 * @param taskKey distinguishes the tasks of an approval
 * @param end the latest finish or cancel
 */
record TaskChange(
        String corpId,
        String processInstanceId,
        String taskKey,
        @Nullable String taskId,
        @Nullable String assigneeId,
        @Nullable Instant createdAt,
        @Nullable String startEventId,
        @Nullable Latest<TaskEnd> end) {
    /** A comment is not a task. */
    private static final Set<String> TYPES = Set.of("start", "finish", "cancel");

    /** What an event says; empty if it names no task or has another type. */
    static Optional<TaskChange> of(Event event) {
        ApprovalEvent approval = ApprovalEvent.of(event);
        String instance = approval.processInstanceId();
        String task = taskKey(approval);
        String type = approval.type();
        if (instance == null || task == null || type == null || !TYPES.contains(type)) {
            return Optional.empty();
        }
        return Optional.of(new TaskChange(
                ApprovalKey.part(event.corpId()),
                ApprovalKey.part(instance),
                ApprovalKey.part(task),
                approval.taskId(),
                approval.staffId(),
                approval.createdAt(),
                type.equals("start") ? event.id() : null,
                end(type, event, approval)));
    }

    private static @Nullable Latest<TaskEnd> end(String type, Event event, ApprovalEvent approval) {
        Instant at = InstanceChange.endedAt(approval);
        return switch (type) {
            case "finish" ->
                new Latest<>(new TaskEnd("finished", approval.result(), approval.remark()), at, event.id());
            case "cancel" -> new Latest<>(new TaskEnd("canceled", null, null), at, event.id());
            default -> null;
        };
    }

    /** Legacy events have no taskId. The time is needed too, because a person may get a second task in an approval. */
    private static @Nullable String taskKey(ApprovalEvent approval) {
        if (approval.taskId() != null) {
            return "task:" + approval.taskId();
        }
        Instant createdAt = approval.createdAt();
        return approval.staffId() == null || createdAt == null
                ? null
                : "staff:" + approval.staffId() + "@" + createdAt.toEpochMilli();
    }

    List<String> key() {
        return List.of(corpId, processInstanceId, taskKey);
    }

    TaskChange and(TaskChange other) {
        return new TaskChange(
                corpId,
                processInstanceId,
                taskKey,
                Extremes.least(taskId, other.taskId),
                Extremes.least(assigneeId, other.assigneeId),
                Extremes.earliest(createdAt, other.createdAt),
                Extremes.greatest(startEventId, other.startEventId),
                Latest.of(end, other.end));
    }

    /** @param ending finished or canceled */
    record TaskEnd(
            String ending,
            @Nullable String result,
            @Nullable String remark) {}
}
