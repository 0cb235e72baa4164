package io.github.dingtalkinbox.internal.approval;

import io.github.dingtalkinbox.ApprovalEvent;
import io.github.dingtalkinbox.BatchEventHandler;
import io.github.dingtalkinbox.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Maintains {@code approval_instances} and {@code approval_tasks}. An event that names no approval, or is not a change
 * of one (a comment, an unknown type), changes nothing: an authentic event is never refused because of its content.
 */
public final class ApprovalHandler implements BatchEventHandler {
    private final ApprovalInstances instances;
    private final ApprovalTasks tasks;

    ApprovalHandler(ApprovalInstances instances, ApprovalTasks tasks) {
        this.instances = instances;
        this.tasks = tasks;
    }

    @Override
    public boolean handles(Event event) {
        return event.type().equals(ApprovalEvent.INSTANCE_CHANGE)
                || event.type().equals(ApprovalEvent.TASK_CHANGE);
    }

    @Override
    public void handleAll(List<Event> events) {
        Map<List<String>, InstanceChange> approvals = new HashMap<>();
        Map<List<String>, TaskChange> turns = new HashMap<>();
        for (Event event : events) {
            if (event.type().equals(ApprovalEvent.INSTANCE_CHANGE)) {
                InstanceChange.of(event).ifPresent(c -> approvals.merge(c.key(), c, InstanceChange::and));
            } else {
                TaskChange.of(event).ifPresent(c -> turns.merge(c.key(), c, TaskChange::and));
            }
        }
        instances.merge(approvals.values());
        tasks.merge(turns.values());
    }
}
