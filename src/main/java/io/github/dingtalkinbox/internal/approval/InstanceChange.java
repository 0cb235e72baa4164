package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.ApprovalEvent;
import io.github.dingtalkinbox.Event;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one or more {@code bpms_instance_change} events say of an approval. Every value is a maximum or minimum in a
 * total order, so that neither the order of the events nor their batches make a difference.
 *
 * @param title in the latest event that has one
 * @param end the latest finish or terminate
 */
record InstanceChange(
        String corpId,
        String processInstanceId,
        @Nullable Latest<String> title,
        @Nullable String originatorId,
        @Nullable String processCode,
        @Nullable String businessId,
        @Nullable Instant createdAt,
        @Nullable String startEventId,
        @Nullable Latest<InstanceEnd> end,
        @Nullable String deleteEventId) {
    private static final Set<String> TYPES = Set.of("start", "finish", "terminate", "delete");

    /** What an event says; empty if it names no approval or has another type. */
    static Optional<InstanceChange> of(Event event) {
        ApprovalEvent approval = ApprovalEvent.of(event);
        String instance = approval.processInstanceId();
        String type = approval.type();
        if (instance == null || type == null || !TYPES.contains(type)) {
            return Optional.empty();
        }
        return Optional.of(new InstanceChange(
                ApprovalKey.part(event.corpId()),
                ApprovalKey.part(instance),
                title(event, approval),
                approval.staffId(),
                approval.processCode(),
                approval.businessId(),
                approval.createdAt(),
                type.equals("start") ? event.id() : null,
                end(type, event, approval),
                type.equals("delete") ? event.id() : null));
    }

    private static @Nullable Latest<String> title(Event event, ApprovalEvent approval) {
        String title = approval.title();
        if (title == null) {
            return null;
        }
        Instant at = approval.occurredAt() != null ? approval.occurredAt() : approval.finishedAt();
        return new Latest<>(title, at != null ? at : approval.createdAt(), event.id());
    }

    private static @Nullable Latest<InstanceEnd> end(String type, Event event, ApprovalEvent approval) {
        Instant at = endedAt(approval);
        return switch (type) {
            case "finish" -> new Latest<>(new InstanceEnd("finished", approval.result()), at, event.id());
            case "terminate" -> new Latest<>(new InstanceEnd("terminated", null), at, event.id());
            default -> null;
        };
    }

    /**
     * When an approval or a task ended, if this event says that it did: its finishTime, otherwise the event's own time.
     */
    static @Nullable Instant endedAt(ApprovalEvent approval) {
        return approval.finishedAt() != null ? approval.finishedAt() : approval.occurredAt();
    }

    List<String> key() {
        return List.of(corpId, processInstanceId);
    }

    InstanceChange and(InstanceChange other) {
        return new InstanceChange(
                corpId,
                processInstanceId,
                Latest.of(title, other.title),
                Extremes.least(originatorId, other.originatorId),
                Extremes.least(processCode, other.processCode),
                Extremes.least(businessId, other.businessId),
                Extremes.earliest(createdAt, other.createdAt),
                Extremes.greatest(startEventId, other.startEventId),
                Latest.of(end, other.end),
                Extremes.greatest(deleteEventId, other.deleteEventId));
    }

    /** @param ending finished or terminated */
    record InstanceEnd(String ending, @Nullable String result) {}
}
