package io.github.dingtalkinbox.queue;

/**
 * What came of an operator's wish.
 *
 * @param text what was done, in a dry run what would be, or why not: for people, and it may quote the event
 */
public record Settlement(Result result, String text) {
    /** What came of it, for programs. */
    public enum Result {
        /** It was done; in a dry run, it could be. */
        DONE,
        /** It was not done. */
        REFUSED,
        /** It was not done, because the event is not queued: it has been processed. */
        PROCESSED
    }

    static Settlement refused(String text) {
        return new Settlement(Result.REFUSED, text);
    }
}
