package io.github.dingtalkinbox.internal.operations;

import java.util.List;

/**
 * What came of an operator's wish.
 *
 * @param isDryRun whether it is only what would have come of it
 * @param details what there is to be said about its kind, in the order in which the text names it
 */
public record Settlement(Kind kind, boolean isDryRun, List<Object> details) {
    private static final String MASK = "***";

    public Settlement {
        details = List.copyOf(details);
    }

    static Settlement of(Kind kind, Object... details) {
        return new Settlement(kind, false, List.of(details));
    }

    public Result result() {
        return kind.result;
    }

    /** What was done, in a dry run what would be, or why not: for people, and it may quote the event. */
    public String text() {
        return (isDryRun ? "would be " : "") + kind.text.formatted(details.toArray());
    }

    /** For those who may not see what events say. */
    public Settlement masked() {
        return new Settlement(
                kind,
                isDryRun,
                details.stream()
                        .map(detail -> detail instanceof Quotation ? MASK : detail)
                        .toList());
    }

    /** What came of it, for programs. */
    public enum Result {
        /** It was done; in a dry run, it could be. */
        DONE,
        /** It was not done. */
        REFUSED,
        /** It was not done, because the event is not queued: it has been processed. */
        PROCESSED
    }

    /** Exactly what came of it. Whoever says it in another language goes by this, and by the details. */
    public enum Kind {
        REPLAYED(Result.DONE, "replayed; was %s, failed attempts: %s; a worker tries it at once"),
        REPLAYED_BEHIND(Result.DONE, "replayed; was %s, failed attempts: %s; it waits behind %s, which is %s"),
        DISCARDED(Result.DONE, "discarded; was %s, failed attempts: %s; what waits behind it goes on"),
        DROPPED(
                Result.DONE,
                "dropped; was %s, failed attempts: %s; it has been processed, and this was only a copy of it"),
        REPEATED(Result.DONE, "replayed; was processed at %s; its handlers have run once more: %s"),
        REPEATABLE(
                Result.DONE,
                "would be replayed: the handlers of its type would run once more, in one transaction, and what they add"
                        + " would be added a second time"),
        DISCARDED_BEFORE(Result.REFUSED, "is discarded already"),
        IN_ANOTHER_STATE(Result.REFUSED, "is %s: not one of the states that are meant"),
        IN_USE(Result.REFUSED, "is being processed just now; try again"),
        LEASED(
                Result.REFUSED,
                "is being processed just now, or another event of its ordering key, by %s, until %s at the latest; try"
                        + " again"),
        RELEASED(Result.REFUSED, "was being processed a moment ago; try again"),
        BEING_DELIVERED(Result.REFUSED, "is being processed just now, by a delivery of it; try again"),
        PROCESSED(Result.PROCESSED, "is not queued: it was processed at %s"),
        UNKNOWN(Result.REFUSED, "is not known, neither in the queue nor among the processed events"),
        NOT_PROCESSED(Result.REFUSED, "is not known among the processed events"),
        WITHOUT_HANDLER(
                Result.REFUSED,
                "was left alone: no handler here wants its type. Call the command where the service runs, with its"
                        + " handlers and its configuration"),
        FAILED(Result.REFUSED, "has failed, and nothing has changed: %s"),
        FAILED_AT_COMMIT(
                Result.REFUSED,
                "has failed, and it may be at the commit: it has taken effect if queue show tells of a \"repeat\" by"
                        + " now, and else not: %s"),
        NOT_ENDED(
                Result.REFUSED,
                "has failed; it has taken effect if queue show tells of a \"repeat\" by now, and else not: %s");

        private final Result result;
        private final String text;

        Kind(Result result, String text) {
            this.result = result;
            this.text = text;
        }
    }

    /** A detail: pending, retrying, dead or discarded. */
    public record InState(String name) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A detail that may quote the event. */
    public record Quotation(String text) {
        @Override
        public String toString() {
            return text;
        }
    }
}
