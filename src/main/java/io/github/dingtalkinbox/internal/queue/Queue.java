package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.store.Backlog;
import io.github.dingtalkinbox.internal.store.NextStep;
import io.github.dingtalkinbox.internal.store.QueuedEvents;
import java.util.List;
import java.util.Set;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** The inbox's way into the queue. */
final class Queue implements Backlog {
    private final QueuedEvents queuedEvents;
    private final RetryPolicy retryPolicy;
    private final Reports reports;
    private final WakeUp wakeUp;
    private final int workers;

    Queue(QueuedEvents queuedEvents, RetryPolicy retryPolicy, Reports reports, WakeUp wakeUp, int workers) {
        this.queuedEvents = queuedEvents;
        this.retryPolicy = retryPolicy;
        this.reports = reports;
        this.wakeUp = wakeUp;
        this.workers = workers;
    }

    @Override
    public Set<String> add(List<Event> events, Admission admission) {
        Throwable failure = admission.failure();
        if (failure == null) {
            return queuedEvents.insert(events, admission.lateCopy(), 0, NextStep.FIRST_ATTEMPT);
        }
        NextStep next = retryPolicy.after(1, failure);
        Set<String> added = queuedEvents.insert(events, admission.lateCopy(), 1, next);
        List<Event> failed = events.stream().filter(e -> added.contains(e.id())).toList();
        afterCommit(() -> failed.forEach(event -> reports.failedAtDelivery(event, next, failure)));
        return added;
    }

    private static void afterCommit(Runnable report) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                report.run();
            }
        });
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
