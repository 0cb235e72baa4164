package io.github.dingtalkinbox.internal.transaction;

import java.time.Duration;

/** A moment by which something has to be done, on the clock that is never set back. */
public record Deadline(long atNanos) {
    public static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    public long nanosLeft() {
        return atNanos - System.nanoTime();
    }

    public Deadline plus(Duration time) {
        return new Deadline(atNanos + time.toNanos());
    }
}
