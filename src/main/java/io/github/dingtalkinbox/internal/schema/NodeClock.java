package io.github.dingtalkinbox.internal.schema;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clock of this machine, which says when deliveries arrived, beside that of the database, which decides. */
record NodeClock(Clock clock) {
    private static final Logger log = LoggerFactory.getLogger(NodeClock.class);
    private static final Duration MOST_APART = Duration.ofSeconds(5);

    /**
     * Warns if the two are further apart than the question took.
     *
     * @param asked by this clock, before the database was asked
     * @param database by its own clock, when it answered
     */
    void compare(Instant asked, Instant database) {
        Instant answered = clock.instant();
        Duration ahead = Duration.between(database, asked);
        Duration behind = Duration.between(answered, database);
        if (ahead.compareTo(MOST_APART) > 0 || behind.compareTo(MOST_APART) > 0) {
            log.warn(
                    "The clock of this machine is {} s {} of the database's: it is {} here, and was {} there."
                            + " Have both set by NTP. Nothing is lost or done twice meanwhile, because the database's clock"
                            + " decides, but received_at and the gaps between deliveries are wrong by as much",
                    Math.round((ahead.isNegative() ? behind : ahead).toMillis() / 1000.0),
                    ahead.isNegative() ? "behind" : "ahead",
                    answered,
                    database);
        }
    }
}
