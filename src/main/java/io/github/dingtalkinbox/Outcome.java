package io.github.dingtalkinbox;

import java.util.Locale;

/** What became of a delivery. In each case it is answered {@code success}; failures are exceptions. */
public sealed interface Outcome {
    /** The id of the event in {@code processed_events}, now or later. */
    String eventId();

    /** Its name in metrics and spans. */
    default String word() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** The event was new: it is recorded, and its handlers ran, in a transaction that is known to have committed. */
    record Processed(String eventId) implements Outcome {}

    /** The event was new: it is stored in {@code queued_events}, and a worker will process it. */
    record Queued(String eventId) implements Outcome {}

    /**
     * The event had arrived before: only a row was added to {@code duplicate_deliveries}.
     *
     * @param matchedBy how it was recognised
     * @param samePayload whether this delivery had the same content as the first one. If they came by different
     *     transports, fields of the envelope (DingTalk's {@code EventType}, {@code CorpId}, …) that only one of them has do
     *     not count
     */
    record Duplicate(String eventId, MatchedBy matchedBy, boolean samePayload) implements Outcome {}

    /** How a duplicate was recognised. */
    enum MatchedBy {
        /** An event with this id was processed. */
        EVENT_ID,
        /** An event with this natural key was processed. */
        NATURAL_KEY,
        /** Equal content arrived within the window. */
        WINDOW,
        /** The event is in the queue, or was discarded there. */
        QUEUED
    }
}
