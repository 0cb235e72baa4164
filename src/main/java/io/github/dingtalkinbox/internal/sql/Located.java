package io.github.dingtalkinbox.internal.sql;

/** A failure that says where to look, so that no stack trace is needed to find it. */
public interface Located {
    /** Where to look. Fit for the log: it says nothing of what an event says. */
    String place();
}
