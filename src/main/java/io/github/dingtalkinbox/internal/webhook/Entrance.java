package io.github.dingtalkinbox.internal.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.NotAnEvent;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.internal.crypto.CallbackCrypto;
import io.github.dingtalkinbox.internal.crypto.Envelope;
import io.github.dingtalkinbox.internal.crypto.EnvelopeException;
import io.github.dingtalkinbox.internal.crypto.OwnerKeyMismatch;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.internal.webhook.App.Opened;
import java.time.Clock;
import java.util.List;

/**
 * From an envelope to its answer: open it, read the events, have them received, seal {@code success}. Events of an
 * unknown type and duplicates are answered in the same way: DingTalk has done its part.
 *
 * <p>Safe for use by many threads.
 */
final class Entrance {
    private static final String SUCCESS = "success";

    private final EventReader reader;
    private final Receiver receiver;
    private final Clock clock;

    Entrance(EventReader reader, Receiver receiver, Clock clock) {
        this.reader = reader;
        this.receiver = receiver;
        this.clock = clock;
    }

    /**
     * Answers a callback. The event that it has brought is this thread's {@link EventContext} afterwards, so that whoever
     * says in the log that it could not be received names it.
     *
     * @throws Refused if the callback is not authentic, or no event
     * @throws Exception if it could not be received
     */
    Envelope answer(App app, CallbackRequest request, Delivery delivery) throws Exception {
        Opened opened = open(app, request);
        List<Event> events = read(app, opened, delivery);
        EventContext.enter(events);
        Event first = events.get(0);
        OwnerKeyMismatch mismatch = opened.unlessSuiteCheck();
        if (mismatch != null && !ControlEvents.isFirstSuiteCheck(first)) {
            throw notAuthentic(mismatch);
        }
        String control = ControlEvents.answer(first, app).orElse(null);
        if (control == null) {
            receiver.receive(events);
        }
        return seal(control == null ? SUCCESS : control, opened.crypto());
    }

    private static Opened open(App app, CallbackRequest request) {
        try {
            return app.open(request);
        } catch (EnvelopeException e) {
            throw notAuthentic(e);
        }
    }

    private List<Event> read(App app, Opened opened, Delivery delivery) {
        try {
            return reader.read(app.name(), opened.text(), delivery);
        } catch (NotAnEvent e) {
            throw new Refused(CallbackProblem.NOT_AN_EVENT, "It is authentic, but no event: " + e.getMessage());
        }
    }

    private Envelope seal(String text, CallbackCrypto crypto) {
        return crypto.seal(text.getBytes(UTF_8), Long.toString(clock.millis()));
    }

    private static Refused notAuthentic(EnvelopeException e) {
        return new Refused(CallbackProblem.NOT_AUTHENTIC, String.valueOf(e.getMessage()));
    }
}
