package io.github.dingtalkinbox.internal.intake;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Outcome.MatchedBy;
import java.time.Duration;
import java.util.List;

/** Several observers as one. Safe for use by many threads, as they are. */
public final class Observers implements Observer {
    private final List<Observer> all;

    public Observers(List<Observer> all) {
        this.all = List.copyOf(all);
    }

    @Override
    public void answered(Event delivered, Outcome outcome) {
        all.forEach(o -> o.answered(delivered, outcome));
    }

    @Override
    public void refused(Event delivered, Throwable failure) {
        all.forEach(o -> o.refused(delivered, failure));
    }

    @Override
    public void handled(List<Event> events, Duration time, HandlerResult result) {
        all.forEach(o -> o.handled(events, time, result));
    }

    @Override
    public void processed(Event event, boolean isFromQueue, Duration handlingTime) {
        all.forEach(o -> o.processed(event, isFromQueue, handlingTime));
    }

    @Override
    public void duplicate(Event delivered, MatchedBy matchedBy, Duration sinceFirst) {
        all.forEach(o -> o.duplicate(delivered, matchedBy, sinceFirst));
    }

    @Override
    public void retrying(Event event) {
        all.forEach(o -> o.retrying(event));
    }

    @Override
    public void died(Event event) {
        all.forEach(o -> o.died(event));
    }
}
