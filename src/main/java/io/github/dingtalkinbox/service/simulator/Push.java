package io.github.dingtalkinbox.service.simulator;

import java.util.Map;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * A delivery that is still to be sent.
 *
 * @param carrier how it travels
 * @param event of what
 * @param fields of the event, in the order of this delivery
 * @param twin whether it is the second delivery of its event, and not a retry of the first
 * @param retries how often it was delivered before without success
 * @param dueAt when, on the clock of {@link System#nanoTime}
 */
record Push(Carrier carrier, PlayedEvent event, Map<String, Object> fields, boolean twin, int retries, long dueAt)
        implements Delayed {

    static Push first(Carrier carrier, PlayedEvent event) {
        return new Push(carrier, event, event.fields(), false, 0, System.nanoTime());
    }

    static Push twin(Carrier carrier, PlayedEvent event, long afterNanos) {
        return new Push(carrier, event, event.fieldsInOtherOrder(), true, 0, System.nanoTime() + afterNanos);
    }

    Push again(long afterNanos) {
        return new Push(carrier, event, fields, twin, retries + 1, System.nanoTime() + afterNanos);
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(dueAt - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        // A queue has only these; the difference, because the clock may overflow.
        return Long.compare(dueAt - ((Push) other).dueAt, 0);
    }
}
