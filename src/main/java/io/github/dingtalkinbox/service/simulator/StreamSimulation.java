package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.service.gateway.PlayedGateway;
import io.github.dingtalkinbox.service.simulator.Simulation.Load;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Simulator} plays over Stream.
 *
 * @param load how much
 * @param seed as in a {@link Simulation}
 * @param misbehaviours what the gateway does now and then
 * @param connectLimit how long to wait, at the beginning and later, while no connection is open
 * @param bothWays null: nothing goes over HTTP
 */
public record StreamSimulation(
        Load load,
        long seed,
        Misbehaviours misbehaviours,
        Duration connectLimit,
        @Nullable BothWays bothWays) {

    /**
     * Waits until the service has a connection to the gateway.
     *
     * @throws NotConnected if it has none for the limit
     */
    public void awaitConnection(PlayedGateway gateway) throws InterruptedException {
        if (!gateway.awaitConnections(1, connectLimit)) {
            throw new NotConnected(connectLimit);
        }
    }

    /**
     * What is delivered over HTTP as well.
     *
     * @param share probability that an event is
     */
    public record BothWays(double share, HttpTarget target) {
        public BothWays {
            Simulation.require(share > 0 && share <= 1, "The share over HTTP must be 0 to 1, but is " + share);
        }
    }

    /** For this time no connection was open. */
    public static final class NotConnected extends RuntimeException {
        public NotConnected(Duration limit) {
            super("The service has had no connection for " + limit.toSeconds() + " s");
        }
    }
}
