package io.github.dingtalkinbox.internal.stream;

import io.github.dingtalkinbox.DatabaseUnavailable;
import io.github.dingtalkinbox.Delivery;
import io.github.dingtalkinbox.Event;
import io.github.dingtalkinbox.NotAnEvent;
import io.github.dingtalkinbox.Overloaded;
import io.github.dingtalkinbox.Receiver;
import io.github.dingtalkinbox.Transport;
import io.github.dingtalkinbox.internal.identity.EventReader;
import io.github.dingtalkinbox.internal.identity.Metadata;
import io.github.dingtalkinbox.internal.json.Texts;
import io.github.dingtalkinbox.internal.stream.StreamListener.Acknowledgement;
import io.github.dingtalkinbox.internal.text.Flood;
import io.github.dingtalkinbox.internal.text.Printable;
import io.github.dingtalkinbox.internal.transaction.EventContext;
import io.github.dingtalkinbox.internal.transaction.LoggedFailure;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes the event in a frame to the receiver. Safe for use by many threads. */
final class EventFrames {
    private static final Logger log = LoggerFactory.getLogger(EventFrames.class);
    private static final int LONGEST_NAME = 300;

    private final EventReader reader;
    private final Receiver receiver;
    private final Flood flood =
            new Flood(more -> log.error("{} more events that came by Stream are answered LATER", more));

    EventFrames(EventReader reader, Receiver receiver) {
        this.reader = reader;
        this.receiver = receiver;
    }

    /**
     * Returns once it is known what has become of the event, at the latest 0.3 s after the deadline of the receiver.
     *
     * @param receivedAt when the last byte of the frame had been read
     * @return {@code SUCCESS} only if its transaction is known to have committed
     */
    Acknowledgement receive(String app, Frame frame, Instant receivedAt) {
        EventContext before = EventContext.current();
        try {
            Delivery delivery = new Delivery(Transport.STREAM, receivedAt, null);
            // Events such as org_change have an empty body.
            String data = frame.data().isEmpty() ? "{}" : Texts.escapeSurrogates(frame.data());
            Event event = reader.read(app, metadata(frame), data, delivery);
            EventContext.enter(List.of(event));
            receiver.receive(List.of(event));
            return Acknowledgement.SUCCESS;
        } catch (Throwable failure) {
            report(app, frame, failure);
            return Acknowledgement.LATER;
        } finally {
            before.restore();
        }
    }

    /** Says that an event was not even read. */
    void tooLarge(String app, Frame start) {
        if (flood.admits()) {
            log.error(
                    "{} is answered {}: it is larger than {} characters",
                    described(app, start),
                    answerTo(start),
                    FrameAssembler.LARGEST);
        }
    }

    /** Says that an event has had to wait for too long. */
    void tooLate(String app, Frame event) {
        if (flood.admits()) {
            log.error("{} is answered LATER: it has waited behind others until inbox.deadline", described(app, event));
        }
    }

    /** Says that an event could not begin. */
    void notBegun(String app, Frame event, Throwable why) {
        if (flood.admits()) {
            log.error("{} is answered LATER: there was no thread for it ({})", described(app, event), why.toString());
        }
    }

    /** Says that it is not known whether something was an event. */
    void unreadable(String app, Frame start) {
        if (flood.admits()) {
            log.error(
                    "{} is answered {}: it is not a frame of DingTalk's protocol",
                    described(app, start),
                    answerTo(start));
        }
    }

    private static String answerTo(Frame start) {
        return start.messageId().isEmpty() ? "nothing" : "LATER";
    }

    private static String described(String app, Frame frame) {
        return "The event " + Printable.line(frame.header("eventId"), LONGEST_NAME) + " ("
                + Printable.line(frame.header("eventType"), LONGEST_NAME) + ") that came to the app "
                + Printable.line(app) + " by Stream";
    }

    private static Metadata metadata(Frame frame) {
        String type = frame.header("eventType");
        if (type.isEmpty()) {
            throw new NotAnEvent("it has no header eventType");
        }
        return new Metadata(
                type,
                frame.header("eventId"),
                frame.header("eventCorpId"),
                Metadata.time(frame.header("eventBornTime")));
    }

    private void report(String app, Frame frame, Throwable failure) {
        if (!flood.admits()) {
            return;
        }
        String described = described(app, frame);
        if (failure instanceof NotAnEvent || failure instanceof Overloaded) {
            log.error("{} is answered LATER: {}", described, failure.getMessage());
        } else {
            log.error(
                    "{} is answered LATER. {}: {}. It is not known whether it took effect; DingTalk delivers it again",
                    described,
                    failure instanceof DatabaseUnavailable ? "The database is not available" : "Something has failed",
                    LoggedFailure.inWords(failure),
                    LoggedFailure.trace(failure));
        }
    }
}
