package io.github.dingtalkinbox.internal.transaction;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How the commits of the inbox fare. While the database takes commits, it answers them; if a standby that it has to wait for
 * hangs, it answers everything else.
 *
 * <p>Safe for use by many threads.
 */
public final class CommitWatch {
    /** An ordinary commit takes milliseconds. */
    private static final Duration LONG = Duration.ofMillis(500);

    private final Map<CommitProof, Deadline> underWay = new ConcurrentHashMap<>();
    private volatile boolean hasFailed;

    void begin(CommitProof commit) {
        underWay.put(commit, Deadline.in(LONG));
    }

    void end(CommitProof commit) {
        if (underWay.remove(commit) != null) {
            hasFailed = !commit.isGiven();
        }
    }

    /** Whether one has not been answered for long, or the last one could not be proven. */
    public boolean isInDoubt() {
        return hasFailed || underWay.values().stream().anyMatch(deadline -> deadline.nanosLeft() < 0);
    }
}
