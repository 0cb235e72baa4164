package io.github.dingtalkinbox.internal.stream;

import java.time.Duration;

/**
 * How long what may take on the connections to DingTalk.
 *
 * @param watchdog how long nothing may be received
 * @param firstSign how long anything may take to come on a new connection
 * @param lastFrames how long a connection that DingTalk has asked to leave is still read
 * @param life after which a connection is replaced, whoever asks for it
 * @param shortLife a connection that lives shorter is not replaced at once: that might never end
 * @param afterRefusal until what somebody has to put right is tried again
 */
record StreamTimes(
        Duration watchdog,
        Duration firstSign,
        Duration lastFrames,
        Duration life,
        Duration shortLife,
        Duration afterRefusal) {
    /**
     * DingTalk closes a connection 10 s after it has asked to leave it (its page "stream/protocol"). Its client in Java replaces
     * one after 6 h.
     */
    static StreamTimes usual(Duration watchdog) {
        return new StreamTimes(
                watchdog,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofHours(6),
                Duration.ofSeconds(10),
                Duration.ofMinutes(5));
    }
}
