package io.github.dingtalkinbox.cli;

import io.github.dingtalkinbox.crypto.Credentials;
import java.net.URI;
import java.time.Duration;

/**
 * What a {@link Simulator} shall play.
 *
 * @param url the callback URL, http or https
 * @param credentials those of the app behind the URL
 * @param load how much
 * @param seed two simulations with the same seed and load play the same approvals with the same twins, but under ids
 *     of their own
 */
public record Simulation(URI url, Credentials credentials, Load load, long seed) {

    public Simulation {
        boolean web = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        require(web && url.getHost() != null, "The URL must begin with http:// or https:// and a host, but is " + url);
    }

    /**
     * How much is played, and how fast.
     *
     * @param events number of different events
     * @param twins probability that an event is delivered a second time, 0 to 50 ms after the first
     * @param outOfOrder probability that an event is delivered after the one that follows it in its approval
     * @param rate events per second, twins not counted; 0 for as fast as they are answered
     * @param concurrency deliveries that may be under way at the same time
     * @param timeout after which a delivery counts as not answered
     */
    public record Load(int events, double twins, double outOfOrder, double rate, int concurrency, Duration timeout) {
        /** How long DingTalk waits for an answer to an HTTP push ("appendix-b", 2026-04-29). */
        public static final Duration DINGTALK_TIMEOUT = Duration.ofMillis(2500);

        private static final int MOST_CONCURRENT = 1000;

        public Load {
            require(events >= 1, "The number of events must be at least 1, but is " + events);
            requireProbability("twins", twins);
            requireProbability("out of order", outOfOrder);
            require(
                    rate >= 0 && rate <= 1_000_000,
                    "The rate must be 0 (no limit) to 1000000 events per second, but is " + rate);
            require(
                    concurrency >= 1 && concurrency <= MOST_CONCURRENT,
                    "The concurrency must be 1 to " + MOST_CONCURRENT + ", but is " + concurrency);
            require(!timeout.isNegative() && !timeout.isZero(), "The timeout must be positive, but is " + timeout);
        }

        /** As fast as possible, half of the events twinned, one in twenty out of order, 16 at once. */
        public static Load of(int events) {
            return new Load(events, 0.5, 0.05, 0, 16, DINGTALK_TIMEOUT);
        }

        private static void requireProbability(String what, double value) {
            require(value >= 0 && value <= 1, "The probability of " + what + " must be 0 to 1, but is " + value);
        }
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
