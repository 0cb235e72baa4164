package io.github.dingtalkinbox.queue;

import io.github.dingtalkinbox.event.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log says about failed events: what state is left, and who acts next. */
final class Reports {
    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private Reports() {}

    static void failed(Event event, int attempts, NextStep next, Throwable failure) {
        if (next.delay() != null) {
            log.warn(
                    "{}: attempt {} has failed; a worker tries again in {} ms",
                    event.id(),
                    attempts,
                    next.delay().toMillis(),
                    failure);
            return;
        }
        String key = event.orderingKey();
        log.error(
                "{}: dead after attempt {}, and not tried again{}. An operator has to act: mend the cause and replay it, or"
                        + " discard it (the commands queue show, queue replay, queue discard)",
                event.id(),
                attempts,
                key == null ? "" : "; all later events of " + key + " wait behind it",
                failure);
    }
}
