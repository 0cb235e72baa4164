package io.github.dingtalkinbox.approval;

import io.github.dingtalkinbox.event.BatchEventHandler;
import io.github.dingtalkinbox.event.Event;
import java.util.List;
import java.util.Optional;

/**
 * Keeps {@code approval_instances} and {@code approval_tasks}. An event that names no approval, or says something that
 * is no change of one (a comment, a type of the future), changes nothing: an authentic event is never refused for its
 * content.
 */
public final class ApprovalHandler implements BatchEventHandler {
    private static final String INSTANCE = "bpms_instance_change";
    private static final String TASK = "bpms_task_change";

    private final ApprovalInstances instances;
    private final ApprovalTasks tasks;

    ApprovalHandler(ApprovalInstances instances, ApprovalTasks tasks) {
        this.instances = instances;
        this.tasks = tasks;
    }

    @Override
    public boolean handles(Event event) {
        return event.type().equals(INSTANCE) || event.type().equals(TASK);
    }

    @Override
    public void handleAll(List<Event> events) {
        instances.merge(events.stream()
                .filter(e -> e.type().equals(INSTANCE))
                .map(InstanceChange::of)
                .flatMap(Optional::stream)
                .toList());
        tasks.merge(events.stream()
                .filter(e -> e.type().equals(TASK))
                .map(TaskChange::of)
                .flatMap(Optional::stream)
                .toList());
    }
}
