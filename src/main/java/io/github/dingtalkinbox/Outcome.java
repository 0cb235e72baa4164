package io.github.dingtalkinbox;

/** What became of a delivery. Either way it is answered {@code success}: whatever is broken is an exception. */
public sealed interface Outcome {
    /** The id under which the event stands in {@code processed_events}, or will. */
    String eventId();

    /** What it is called in metrics and spans. */
    String word();

    /** The event was new: it is recorded, and its handlers ran, in a transaction that is known to have committed. */
    record Processed(String eventId) implements Outcome {
        @Override
        public String word() {
            return "processed";
        }
    }

    /** The event was new: it is stored in {@code queued_events}, and a worker will process it. */
    record Queued(String eventId) implements Outcome {
        @Override
        public String word() {
            return "queued";
        }
    }

    /**
     * The event had come before, so nothing happened but a row in {@code duplicate_deliveries}.
     *
     * @param matchedBy how that was recognised
     * @param samePayload whether this delivery said the same as the first one
     */
    record Duplicate(String eventId, MatchedBy matchedBy, boolean samePayload) implements Outcome {
        @Override
        public String word() {
            return "duplicate";
        }
    }

    /** How a duplicate was recognised. */
    enum MatchedBy {
        /** The event of this id has been processed. */
        EVENT_ID,
        /** The event of this natural key has been processed. */
        NATURAL_KEY,
        /** Equal content has come within the window. */
        WINDOW,
        /** The event waits in the queue, or was discarded there. */
        QUEUED
    }
}
