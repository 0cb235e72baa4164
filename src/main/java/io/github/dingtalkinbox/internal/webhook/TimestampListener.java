package io.github.dingtalkinbox.internal.webhook;

/** Is told of authentic callbacks whose time is odd. Called by many threads. */
@FunctionalInterface
public interface TimestampListener {
    TimestampListener NONE = finding -> {};

    void found(TimestampFinding finding);

    /** What is odd about a time. */
    enum TimestampFinding {
        /** So long ago that the event could take effect again: the callback is refused. */
        TOO_OLD,
        /** Not a time: the callback is accepted. */
        UNREADABLE
    }
}
