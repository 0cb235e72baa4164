package io.github.dingtalkinbox.internal.seal;

import java.time.Duration;

/** How far the event log is sealed, by all nodes together. Safe for use by many threads. */
public interface SealLevels {
    /** Whether it is sealed at all. */
    boolean isSealing();

    /**
     * Asks the database.
     *
     * @throws RuntimeException if the database does not tell
     */
    SealLag read();

    /**
     * By the database's clock.
     *
     * @param waiting hours that are over and not sealed yet
     * @param age since the end of the last hour that is sealed
     */
    record SealLag(long waiting, Duration age) {}
}
