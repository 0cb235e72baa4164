package io.github.dingtalkinbox.service.warmup;

import java.util.function.BooleanSupplier;

/** Rounds of the same work, until they get no faster. */
final class Rounds {
    /** Of the best round so far. A round that takes more than this share of it is no faster. */
    private static final double FASTER = 0.9;

    /** One such round may be chance. */
    private static final int NO_FASTER = 2;

    private Rounds() {}

    /**
     * Plays them.
     *
     * @param isOver whether there is no time for another one
     * @return how many it were
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
        /** Does it. Returns how long it took. */
        long play() throws Exception;
    }
}
