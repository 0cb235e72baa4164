package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;

/** Is told what the cleanup does, after it is known to have committed. Throws nothing. Safe for use by many threads. */
public interface CleanupListener {
    /** Looks at nothing. */
    CleanupListener NONE = new CleanupListener() {};

    /** A batch was removed. */
    default void removed(String table, long rows) {}

    /** Something that was due was left. */
    default void refused(Refusal refusal) {}

    /** A run has ended. */
    default void ended(CleanupOutcome outcome) {}

    /** Why something is left that was due. */
    enum Refusal {
        /** It is to be kept for less than DingTalk may take to deliver it again. */
        TOO_SHORT,
        /** Its day is not sealed. */
        NOT_SEALED,
        /** It is not what was sealed. */
        CHANGED,
        /** It still waits in the queue. */
        QUEUED,
        /** It could not be archived, or is not what was archived. */
        NOT_ARCHIVED
    }
}
