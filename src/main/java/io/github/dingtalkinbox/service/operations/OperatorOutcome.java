package io.github.dingtalkinbox.service.operations;

import io.github.dingtalkinbox.internal.text.Message;

/**
 * The result of an operator's instruction.
 *
 * @param message what was done or, in a dry run, would be done, or why not. It may quote the event; then one of its
 *     details is a {@link Quotation}
 */
public record OperatorOutcome(Result result, Message message) {
    /** The handlers of a processed event could be run once more. */
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

    /** The result, for programs. */
    public enum Result {
        /** It was done; in a dry run, it could be. */
        DONE,
        /** It was not done. */
        REFUSED,
        /** It was not done, because the event is not queued but processed. */
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
