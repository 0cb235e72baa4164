package io.github.dingtalkinbox.internal.transaction;

/** Another transaction has changed what this one had seen: in a new transaction, the same may succeed. */
public final class LostRace extends RuntimeException {
    public LostRace(String message) {
        super(message);
    }
}
