package io.github.dingtalkinbox.internal.processing;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.Observer.HandlerResult;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import io.github.dingtalkinbox.internal.store.NextStep;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All observers, called one after the other. Most calls come after a commit, which must not look like a failure because
 * one who only watches has failed: whatever an observer throws is logged, and the others are told all the same.
 *
 * <p>Safe for use by many threads, as they are.
 */
public final class Observers {
    private static final Logger log = LoggerFactory.getLogger(Observers.class);

    private final List<Observer> all;

    public Observers(List<Observer> all) {
        this.all = List.copyOf(all);
    }

    public void answered(Event delivered, Outcome outcome) {
        tell(o -> o.answered(delivered, outcome));
    }

    public void refused(Event delivered, Throwable failure) {
        tell(o -> o.refused(delivered, failure));
    }

    void handled(List<Event> events, Duration time, HandlerResult result) {
        tell(o -> o.handled(events, time, result));
    }

    void processed(Event event, boolean isFromQueue, Duration handlingTime) {
        tell(o -> o.processed(event, isFromQueue, handlingTime));
    }

    void duplicate(Event delivered, MatchedBy matchedBy, Duration sinceFirst) {
        tell(o -> o.duplicate(delivered, matchedBy, sinceFirst));
    }

    /** An attempt has failed, and that is written down: it is logged, too. */
    public void failed(Event event, int attempts, NextStep next, Throwable failure) {
        if (next.delay() == null) {
            died(event, attempts, failure);
            return;
        }
        log.warn(
                "{}: attempt {} has failed; a worker tries again in {} ms. {}",
                Printable.line(event.id()),
                attempts,
                next.delay().toMillis(),
                LoggedFailure.inWords(failure),
                LoggedFailure.trace(failure));
        tell(o -> o.retrying(event));
    }

    private void died(Event event, int attempts, Throwable failure) {
        String key = event.orderingKey();
        log.error(
                "{}: dead after attempt {}, and not tried again{}. An operator has to act: mend the cause and replay it, or"
                        + " discard it (the commands queue show, queue replay, queue discard). {}",
                Printable.line(event.id()),
                attempts,
                key == null ? "" : "; all later events of " + Printable.line(key) + " wait behind it",
                LoggedFailure.inWords(failure),
                LoggedFailure.trace(failure));
        tell(o -> o.died(event));
    }

    private void tell(Consumer<Observer> news) {
        for (Observer observer : all) {
            try {
                news.accept(observer);
            } catch (Throwable failure) { // an Error too, such as a class that is missing: the commit stays a commit
                log.error(
                        "The observer {} has failed. What it was told of has happened all the same; an observer must"
                                + " not throw",
                        observer.getClass().getName(),
                        LoggedFailure.of(failure));
            }
        }
    }
}
