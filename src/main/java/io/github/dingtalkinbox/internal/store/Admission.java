package io.github.dingtalkinbox.internal.store;

import org.jspecify.annotations.Nullable;

/**
 * Why events have to wait in the queue.
 *
 * @param isLateCopy whether their processing may still commit
 * @param next what happens next with them
 * @param failure what their first attempt failed with, if it was made
 */
public record Admission(
        boolean isLateCopy, NextStep next, @Nullable Throwable failure) {
    /** They were not tried. */
    public static final Admission UNTRIED = untried(false);

    /** They are being processed still, but have to be answered. */
    public static final Admission LATE = untried(true);

    public static Admission untried(boolean isLateCopy) {
        return new Admission(isLateCopy, NextStep.FIRST_ATTEMPT, null);
    }

    int attempts() {
        return failure == null ? 0 : 1;
    }
}
