package io.github.dingtalkinbox.internal.telemetry.timing;

import io.github.dingtalkinbox.Event;
import java.time.Duration;
import java.time.Instant;

/**
 * How long the handlers of an event took. Holds nothing of what the event says.
 *
 * @param handledAt when they had run
 */
record HandlingTime(String app, String corpId, String type, Instant handledAt, Duration time) {
    static HandlingTime of(Event event, Instant handledAt, Duration time) {
        return new HandlingTime(event.app(), event.corpId(), event.type(), handledAt, time);
    }
}
