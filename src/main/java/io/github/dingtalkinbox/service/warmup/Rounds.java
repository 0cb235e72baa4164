package io.github.dingtalkinbox.service.warmup;

import java.util.function.BooleanSupplier;

/** Repeats some work until it gets no faster. */
final class Rounds {
    /** A round counts as faster if it takes less than this share of the best one so far. */
    private static final double FASTER = 0.9;

    /** So many in a row: a single one may be chance. */
    private static final int NO_FASTER = 2;

    private Rounds() {}

    /**
     * Plays the rounds.
     *
     * @param isOver whether there is no time for another one
     * @return how many there were
     */
    static int play(Round round, BooleanSupplier isOver) throws Exception {
        int count = 0;
        long best = Long.MAX_VALUE;
        for (int noFaster = 0; noFaster < NO_FASTER && !isOver.getAsBoolean(); count++) {
            long took = round.play();
            noFaster = took > best * FASTER ? noFaster + 1 : 0;
            best = Math.min(best, took);
        }
        return count;
    }

    /** The work. */
    interface Round {
        /** Runs it, and returns how long it took. */
        long play() throws Exception;
    }
}
