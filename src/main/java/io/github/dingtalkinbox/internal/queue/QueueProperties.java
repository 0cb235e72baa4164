package io.github.dingtalkinbox.internal.queue;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * The properties {@code inbox.queue.*}.
 *
 * @param workers How many queued events a node processes at once, each on a connection of the pool.
 * @param maxAttempts How often an event may fail before it is dead.
 * @param initialBackoff Pause before the second attempt, at most; doubled with every further one.
 * @param maxBackoff Longest pause between two attempts.
 * @param pollInterval How often an idle node looks for what other nodes have queued, and for what has become due.
 */
@ConfigurationProperties("inbox.queue")
public record QueueProperties(
        @DefaultValue("4") int workers,
        @DefaultValue("12") int maxAttempts,
        @DefaultValue("5s") Duration initialBackoff,
        @DefaultValue("15m") Duration maxBackoff,
        @DefaultValue("1s") Duration pollInterval) {
    public QueueProperties {
        Assert.isTrue(workers > 0, "inbox.queue.workers must be at least 1, but is " + workers);
        Assert.isTrue(maxAttempts > 0, "inbox.queue.max-attempts must be at least 1, but is " + maxAttempts);
        Assert.isTrue(
                initialBackoff.toMillis() > 0,
                "inbox.queue.initial-backoff must be positive, but is " + initialBackoff);
        Assert.isTrue(
                maxBackoff.compareTo(initialBackoff) >= 0,
                "inbox.queue.max-backoff must not be shorter than inbox.queue.initial-backoff, but is " + maxBackoff);
        Assert.isTrue(
                pollInterval.toMillis() > 0, "inbox.queue.poll-interval must be positive, but is " + pollInterval);
    }
}
