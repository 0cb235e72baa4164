package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.text.Message;

/**
 * What came of an operator's wish.
 *
 * @param message what was done, in a dry run what would be, or why not: it may quote the event, and then a
 *     {@link Quotation} is among its details
 */
public record OperatorOutcome(Result result, Message message) {
    /** That the handlers of a processed event would run once more. */
    public static final OperatorOutcome REPEATABLE = done("settlement.repeatable");

    static OperatorOutcome done(String key, Object... details) {
        return new OperatorOutcome(Result.DONE, Message.of(key, details));
    }

    static OperatorOutcome refused(String key, Object... details) {
        return new OperatorOutcome(Result.REFUSED, Message.of(key, details));
    }

    OperatorOutcome inDryRun() {
        return new OperatorOutcome(result, Message.of("settlement.would-be", message));
    }

    /** In English. */
    public String text() {
        return message.text();
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

    /** A detail that may quote the event. */
    public record Quotation(String text) {
        @Override
        public String toString() {
            return text;
        }
    }
}
