package io.github.dingtalkinbox.internal.retention;

import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;

/** Is told what the cleanup did, after the commit. Must not throw. */
public interface CleanupListener {
    CleanupListener NONE = new CleanupListener() {};

    default void removed(String table, long rows) {}

    /** Something that was due stays. */
    default void refused(Refusal refusal) {}

    default void ended(CleanupOutcome outcome) {}

    /** Why something that is due stays. */
    enum Refusal {
        /** Its retention is shorter than the time in which DingTalk may still deliver it again. */
        TOO_SHORT,
        /** Its day is not sealed. */
        NOT_SEALED,
        /** It differs from what was sealed. */
        CHANGED,
        /** It is still in the queue. */
        QUEUED,
        /** It could not be archived, or differs from the archive. */
        NOT_ARCHIVED,
        /** A legal hold was placed or released while its day was being removed. */
        HELD
    }
}
