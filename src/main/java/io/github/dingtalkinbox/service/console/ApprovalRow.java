package io.github.dingtalkinbox.service.console;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An approval, or a task of it, with one of the events that determine its state: the columns of {@code audit_approvals}
 * and {@code audit_tasks}.
 *
 * @param task null: it is the approval itself
 * @param who the assignee of the task; null: none, or it is the approval itself
 */
record ApprovalRow(
        String corpId,
        String processInstanceId,
        @Nullable String task,
        @Nullable String who,
        String state,
        @Nullable String result,
        @Nullable String eventId,
        @Nullable String effect,
        boolean isCurrent,
        @Nullable Instant happenedAt,
        @Nullable Instant processedAt,
        long deliveries) {}
