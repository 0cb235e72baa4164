package io.github.dingtalkinbox.inbox;

/** What became of a delivery. Either way it is answered {@code success}: whatever is broken is an exception. */
public sealed interface Outcome {
    /** The id under which the event stands in {@code processed_events}. */
    String eventId();

    /** The event was new: it is recorded, and its handlers ran, in a transaction that is known to have committed. */
    record Processed(String eventId) implements Outcome {}

    /**
     * The event had been processed before, so nothing happened but a row in {@code duplicate_deliveries}.
     *
     * @param matchedBy which of the two identities, or the window, told
     * @param samePayload whether this delivery said the same as the first one
     */
    record Duplicate(String eventId, MatchedBy matchedBy, boolean samePayload) implements Outcome {}

    /** How a duplicate was recognised. */
    enum MatchedBy {
        EVENT_ID,
        NATURAL_KEY,
        WINDOW
    }
}
