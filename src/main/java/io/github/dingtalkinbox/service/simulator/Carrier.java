package io.github.dingtalkinbox.service.simulator;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How a delivery travels to the service. Safe for use by many threads. */
interface Carrier {
    /** Waits until the service can be reached in this way. */
    void awaitReady() throws InterruptedException;

    /** Sends a delivery, and does not wait for the reply. */
    Trip send(Push push, int delivery);

    /**
     * A delivery under way.
     *
     * @param target where it went
     * @param reply never fails: no reply is a reply too
     */
    record Trip(String target, CompletableFuture<CarriedReply> reply) {}

    /**
     * The end of a delivery.
     *
     * @param refusal why it is not {@code success}; null: it is
     * @param time from sending to the reply, right or wrong; null: none came
     */
    record CarriedReply(
            @Nullable RefusedReply refusal, @Nullable Duration time) {
        static CarriedReply none(RefusedReply why) {
            return new CarriedReply(why, null);
        }
    }
}
