package io.github.dingtalkinbox.internal.telemetry;

import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.Observer;
import io.github.dingtalkinbox.Outcome;
import io.github.dingtalkinbox.Overloaded;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

/**
 * Names in the span of a request the event that it brought and its outcome, without any content. Observers are called
 * on the thread of the request, whose span is the current one.
 */
final class CallbackSpans implements Observer {
    private static final String SEVERAL = "several";

    private final ObservationRegistry observations;

    CallbackSpans(ObservationRegistry observations) {
        this.observations = observations;
    }

    @Override
    public void answered(Event delivered, Outcome outcome) {
        describe(delivered, outcome.word());
    }

    @Override
    public void refused(Event delivered, Throwable failure) {
        describe(delivered, failure instanceof Overloaded ? "refused" : "failed");
    }

    private void describe(Event delivered, String outcome) {
        Observation request = observations.getCurrentObservation();
        if (request == null) { // a delivery that was pulled
            return;
        }
        describe(request, "dingtalk.app", delivered.app());
        describe(request, "dingtalk.type", delivered.type());
        describe(request, "dingtalk.event_id", delivered.id());
        describe(request, "dingtalk.outcome", outcome);
    }

    /** A request may bring several events. */
    private static void describe(Observation request, String name, String value) {
        KeyValue earlier = request.getContextView().getHighCardinalityKeyValue(name);
        request.highCardinalityKeyValue(
                name, earlier == null || earlier.getValue().equals(value) ? value : SEVERAL);
    }
}
