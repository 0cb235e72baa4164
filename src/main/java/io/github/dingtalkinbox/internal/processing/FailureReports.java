package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.internal.store.NextStep;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log and the observer are told about failed events: what state is left, and who acts next.
 *
 * <p>Safe for use by many threads.
 */
public final class FailureReports {
    private static final Logger log = LoggerFactory.getLogger(FailureReports.class);

    private final Observers observers;

    public FailureReports(Observers observers) {
        this.observers = observers;
    }

    /** An attempt of a worker. */
    public void failed(Event event, int attempts, NextStep next, Throwable failure) {
        if (next.delay() == null) {
            died(event, attempts, failure);
            return;
        }
        log.warn(
                "{}: attempt {} has failed; a worker tries again in {} ms",
                event.id(),
                attempts,
                next.delay().toMillis(),
                LoggedFailure.of(failure));
        observers.retrying(event);
    }

    /** The first attempt, by the inbox, which has said so in the log. */
    void failedAtDelivery(Event event, NextStep next, Throwable failure) {
        if (next.isDead()) {
            died(event, 1, failure);
        } else {
            observers.retrying(event);
        }
    }

    private void died(Event event, int attempts, Throwable failure) {
        String key = event.orderingKey();
        log.error(
                "{}: dead after attempt {}, and not tried again{}. An operator has to act: mend the cause and replay it, or"
                        + " discard it (the commands queue show, queue replay, queue discard)",
                event.id(),
                attempts,
                key == null ? "" : "; all later events of " + key + " wait behind it",
                LoggedFailure.of(failure));
        observers.died(event);
    }
}
