package io.github.dingtalkinbox.internal.seal;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The events of an hour and type.
 *
 * @param events how many there are
 * @param digest of all their columns, in hex
 */
public record SealedContent(long events, String digest) {
    /** Of an hour without events. */
    public static final SealedContent EMPTY = new SealedContent(0, Seal.NONE);

    static final String WHAT = "dingtalk-inbox events 1";

    /**
     * Reads the events of an hour, in the transaction of the thread: without one, the driver would read all of them at once.
     *
     * @param keys of each type; none: its events are only counted
     * @param stop whether to give up
     * @return by type, in the order of their bytes
     * @throws CancellationException if it was given up
     */
    public static Map<String, SealedContent> ofHour(
            JdbcClient jdbc, Instant hour, Function<String, Optional<SealKey>> keys, BooleanSupplier stop) {
        return new SealedEvents(jdbc).ofHour(hour, keys, stop);
    }
}
