package io.github.dingtalkinbox.service.access;

/** What a user of the console may do. Every role includes viewing. */
public enum Role {
    /** Sees everything but the content of events. */
    VIEWER,
    /** Replays, discards, cleans up, and checks the log. */
    OPERATOR,
    /** Sees the content of events, which is personal data. */
    PAYLOAD
}
