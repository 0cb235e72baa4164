package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.Event;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bpms_instance_change}s say of an approval, one or several of them. Everything is a maximum or minimum in a
 * total order, so that neither the order of the events nor the way they are batched can be seen.
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

    /** What an event says, or none if it names no approval or is of another type. */
    static Optional<InstanceChange> of(Event event) {
        ApprovalFields fields = new ApprovalFields(event.payload().json());
        String instance = fields.text("processInstanceId");
        String type = fields.text("type");
        if (instance == null || type == null || !TYPES.contains(type)) {
            return Optional.empty();
        }
        return Optional.of(new InstanceChange(
                ApprovalFields.key(event.corpId()),
                ApprovalFields.key(instance),
                title(event, fields),
                fields.text("staffId"),
                fields.text("processCode"),
                fields.text("businessId"),
                fields.time("createTime"),
                type.equals("start") ? event.id() : null,
                end(type, event, fields),
                type.equals("delete") ? event.id() : null));
    }

    private static @Nullable Latest<String> title(Event event, ApprovalFields fields) {
        String title = fields.text("title");
        if (title == null) {
            return null;
        }
        Instant ended = fields.endedAt(event);
        Instant at = ApprovalFields.sensible(event.occurredAt());
        return new Latest<>(title, at != null ? at : ended != null ? ended : fields.time("createTime"), event.id());
    }

    private static @Nullable Latest<InstanceEnd> end(String type, Event event, ApprovalFields fields) {
        return switch (type) {
            case "finish" ->
                new Latest<>(new InstanceEnd("finished", fields.text("result")), fields.endedAt(event), event.id());
            case "terminate" -> new Latest<>(new InstanceEnd("terminated", null), fields.endedAt(event), event.id());
            default -> null;
        };
    }

    /** Of the approval. */
    List<String> key() {
        return List.of(corpId, processInstanceId);
    }

    /** What both say of the same approval. */
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
