package io.github.dingtalkinbox.internal.database;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;

/**
 * How many connections of the pool each part may use at once. Together never more than there are, so that the inbox
 * never waits for a connection.
 *
 * @param all connections of the pool
 * @param application that stay the application's own
 * @param deliveries that process deliveries
 * @param spare for what has to be queued meanwhile
 * @param workers of the queue
 */
public record ConnectionShares(int all, int application, int deliveries, int spare, int workers) {
    /**
     * One for each part, and {@value #LEAST_DELIVERIES} for deliveries, so that a slow event type does not hold up the
     * others.
     */
    private static final int LEAST = 6;

    private static final int LEAST_OWN = 5;
    private static final int LEAST_DELIVERIES = 3;

    /** The lock of a recovery poll, and the page that it stores meanwhile; the seals; the handling times. */
    private static final int OTHERS = 4;

    /**
     * @param workers that there should be; a small pool has fewer
     * @throws ConfigurationProblem if there are not enough connections
     */
    static ConnectionShares of(int all, int application, int workers) {
        int own = all - application;
        if (all < LEAST || own < LEAST_OWN) {
            throw new ConfigurationProblem(
                    "The connection pool of the inbox has too few connections: " + all
                            + (application > 0 ? ", of which " + application + " stay the application's own" : "")
                            + ". It needs at least " + LEAST + ", " + LEAST_OWN + " of them for the inbox.",
                    "Set the maximum size of the pool to 18 (spring.datasource.hikari.maximum-pool-size=18), or to at least"
                            + " 6"
                            + (all < LEAST ? "." : ", or lower inbox.application-connections."));
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
