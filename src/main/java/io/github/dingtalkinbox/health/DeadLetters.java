package io.github.dingtalkinbox.health;

/** The queued events whose attempts are used up. */
@FunctionalInterface
public interface DeadLetters {
    /**
     * How many there are now.
     *
     * @throws RuntimeException if the database does not tell
     */
    long count();
}
