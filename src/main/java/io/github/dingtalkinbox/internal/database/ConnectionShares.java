package io.github.dingtalkinbox.internal.database;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;

/**
 * Who may use how many connections of the pool at once. Together that is never more than there are, so that nothing of the
 * inbox waits for a connection.
 *
 * @param all connections of the pool
 * @param application that stay the application's own
 * @param deliveries that process deliveries
 * @param spare kept for what has to be queued in the meantime
 * @param workers of the queue
 */
public record ConnectionShares(int all, int application, int deliveries, int spare, int workers) {
    /** One for each part, and {@value #LEAST_DELIVERIES} for deliveries, so that a type that is slow does not hold up the others. */
    private static final int LEAST = 6;

    private static final int LEAST_OWN = 5;
    private static final int LEAST_DELIVERIES = 3;

    /** The lock of a recovery poll, and the page that it stores meanwhile; the seals; the handling times. */
    private static final int OTHERS = 4;

    /**
     * Shares them out.
     *
     * @param workers that there should be; in a small pool there are fewer
     * @throws ConfigurationProblem if there are not enough
     */
    static ConnectionShares of(int all, int application, int workers) {
        int own = all - application;
        if (all < LEAST || own < LEAST_OWN) {
            throw new ConfigurationProblem(
                    "The connection pool of the inbox has too few connections: " + all
                            + (application > 0 ? ", of which " + application + " stay the application's own" : "")
                            + ". It needs " + LEAST + " at least, " + LEAST_OWN + " of them for the inbox.",
                    "Set the largest size of the pool to 18 (spring.datasource.hikari.maximum-pool-size=18), or to 6 at"
                            + " least"
                            + (all < LEAST ? "." : ", or inbox.application-connections to fewer."));
        }
        int spare = Math.max(1, own / 4);
        int rest = own - spare;
        int deliveries = Math.max(LEAST_DELIVERIES, rest - workers - OTHERS);
        return new ConnectionShares(all, application, deliveries, spare, Math.min(workers, rest - deliveries));
    }

    /** For the log. */
    @Override
    public String toString() {
        return "Of the " + all + " connections of the pool, up to " + deliveries + " process deliveries, " + spare
                + " store what has to wait, " + workers + " are for the workers of the queue"
                + (application > 0 ? ", and " + application + " stay the application's own" : "");
    }
}
