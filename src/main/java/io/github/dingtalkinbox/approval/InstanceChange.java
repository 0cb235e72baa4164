package io.github.dingtalkinbox.approval;

import io.github.dingtalkinbox.event.Event;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code bpms_instance_change} says of its approval.
 *
 * @param type start, finish, terminate or delete
 * @param at the time of the event, as far as one can tell
 */
record InstanceChange(
        String corpId,
        String processInstanceId,
        String type,
        String eventId,
        @Nullable Instant at,
        @Nullable Instant createdAt,
        @Nullable Instant finishedAt,
        Fields fields) {
    private static final Set<String> TYPES = Set.of("start", "finish", "terminate", "delete");

    /** The change, or none if the event names no approval or is of another type. */
    static Optional<InstanceChange> of(Event event) {
        Fields fields = new Fields(event.payload().json());
        String instance = fields.text("processInstanceId");
        String type = fields.text("type");
        if (instance == null || type == null || !TYPES.contains(type)) {
            return Optional.empty();
        }
        Instant occurredAt = Fields.sensible(event.occurredAt());
        Instant createdAt = fields.time("createTime");
        Instant finishedAt = fields.time("finishTime");
        Instant ended = finishedAt != null ? finishedAt : occurredAt;
        return Optional.of(new InstanceChange(
                Key.of(event.corpId()),
                Key.of(instance),
                type,
                event.id(),
                occurredAt != null ? occurredAt : ended != null ? ended : createdAt,
                createdAt,
                ended,
                fields));
    }
}
