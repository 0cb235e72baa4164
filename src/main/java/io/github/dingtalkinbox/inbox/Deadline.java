package io.github.dingtalkinbox.inbox;

import java.time.Duration;

/** A moment by which something has to be done, on the clock that nobody can set back. */
record Deadline(long atNanos) {
    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    long nanosLeft() {
        return atNanos - System.nanoTime();
    }

    Deadline plus(Duration time) {
        return new Deadline(atNanos + time.toNanos());
    }
}
