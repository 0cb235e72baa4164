package io.github.dingtalkinbox.internal.seal;

import java.time.Duration;

/** How far the event log is sealed, by all nodes together. */
public interface SealLevels {
    /** Whether this application seals. */
    boolean isSealing();

    /**
     * Asks the database.
     *
     * @throws RuntimeException if the database does not answer
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
