package io.github.dingtalkinbox.bench.http;

import java.time.Duration;

/** When deliveries are to be sent. */
sealed interface Pace {
    /** Whether the next delivery is still to be sent, so long after the first. */
    boolean goesOn(long nanosSinceStart);

    /** When it is time for a delivery, in the nanoseconds of {@link System#nanoTime}: from then on, its time counts. */
    long due(int number, long start);

    /** The next one when the last one is answered, for so long: shows the throughput. */
    record AsAnswered(Duration longest) implements Pace {
        @Override
        public boolean goesOn(long nanosSinceStart) {
            return nanosSinceStart < longest.toNanos();
        }

        @Override
        public long due(int number, long start) {
            return System.nanoTime();
        }
    }

    /**
     * At a fixed rate, until there are no more deliveries. One that has to wait because the ones before it are not
     * answered counts from the moment at which it should have been sent: so a stall is not left out of the times.
     */
    record PerSecond(double rate) implements Pace {
        @Override
        public boolean goesOn(long nanosSinceStart) {
            return true;
        }

        @Override
        public long due(int number, long start) {
            return start + Math.round(number * 1e9 / rate);
        }
    }
}
