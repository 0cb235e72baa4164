package io.github.dingtalkinbox.queue;

import io.github.dingtalkinbox.event.Event;
import io.github.dingtalkinbox.inbox.Backlog;
import java.util.List;
import java.util.Set;

/** The inbox's way into the queue. */
final class Queue implements Backlog {
    private final QueuedEvents queuedEvents;
    private final RetryPolicy retryPolicy;
    private final WakeUp wakeUp;
    private final int workers;

    Queue(QueuedEvents queuedEvents, RetryPolicy retryPolicy, WakeUp wakeUp, int workers) {
        this.queuedEvents = queuedEvents;
        this.retryPolicy = retryPolicy;
        this.wakeUp = wakeUp;
        this.workers = workers;
    }

    @Override
    public Set<String> add(List<Event> events, Admission admission) {
        Throwable failure = admission.failure();
        return failure == null
                ? queuedEvents.insert(events, admission.lateCopy(), 0, NextStep.FIRST_ATTEMPT)
                : queuedEvents.insert(events, admission.lateCopy(), 1, retryPolicy.after(1, failure));
    }

    @Override
    public List<Waiting> find(List<Event> events) {
        return queuedEvents.find(events);
    }

    @Override
    public void wake() {
        wakeUp.ring();
    }

    @Override
    public int workers() {
        return workers;
    }
}
