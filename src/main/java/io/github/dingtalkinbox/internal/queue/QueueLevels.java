package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.internal.store.QueueState;
import java.time.Duration;
import java.util.Map;

/** How much is in the queue, of all nodes together. Safe for use by many threads. */
public interface QueueLevels {
    /**
     * Asks the database.
     *
     * @return a level for each state that is {@link QueueState#OPEN}
     * @throws RuntimeException if the database does not tell
     */
    Map<QueueState, QueueDepth> read();

    /**
     * The events in one state.
     *
     * @param depth how many there are
     * @param age since the first of them was queued, by the database's clock; zero if there is none
     */
    record QueueDepth(long depth, Duration age) {
        /** There is none. */
        public static final QueueDepth EMPTY = new QueueDepth(0, Duration.ZERO);
    }
}
