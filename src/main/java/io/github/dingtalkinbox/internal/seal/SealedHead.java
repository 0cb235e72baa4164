package io.github.dingtalkinbox.internal.seal;

import java.time.Instant;

/**
 * The head of the chain after an hour was sealed. It covers everything before it.
 *
 * @param hour its start
 * @param head as {@link Seal#head()}
 */
record SealedHead(Instant hour, String head) {
    /** A line of its own; {@code audit verify --heads} reads such lines. */
    @Override
    public String toString() {
        return hour + " " + head + "\n";
    }
}
