package io.github.dingtalkinbox.internal.seal;

import java.util.Locale;

/** What a seal is about. */
enum SealKind {
    /** The rows of an hour. */
    ROWS,
    /** A run of the cleanup began with a day, or began as a whole. */
    REMOVAL,
    /** What it leaves in an hour of that day, because of a legal hold. */
    KEPT,
    /** It is done with the day, or ended as a whole. */
    REMOVED;

    /** As in the column {@code kind}. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static SealKind of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
