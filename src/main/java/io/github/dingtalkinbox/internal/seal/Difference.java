package io.github.dingtalkinbox.internal.seal;

/** How a row differs from what was sealed. */
enum Difference {
    /** No seal is about it. */
    ADDED,
    CHANGED,
    /** A seal is about it, and it is no longer there. */
    REMOVED
}
