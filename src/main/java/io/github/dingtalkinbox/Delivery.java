package io.github.dingtalkinbox;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * One arrival of an event. The same event may arrive any number of times.
 *
 * @param transport the entrance
 * @param receivedAt when its last byte was read, by this machine's clock, in whole microseconds as PostgreSQL keeps
 *     them
 * @param sourceAddress the network address of the sender (behind a trusted proxy, the one that the proxy saw); null if
 *     the entrance has none
 */
public record Delivery(
        Transport transport, Instant receivedAt, @Nullable String sourceAddress) {
    public Delivery {
        receivedAt = receivedAt.truncatedTo(ChronoUnit.MICROS);
    }
}
