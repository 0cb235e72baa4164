package io.github.dingtalkinbox.service.access;

/** What a user of the console may do. Each of them may look. */
public enum Role {
    /** Sees everything but what events say. */
    VIEWER,
    /** Replays, discards, cleans up, and has the log checked. */
    OPERATOR,
    /** Sees what events say: personal data. */
    PAYLOAD
}
