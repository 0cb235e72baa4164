package io.github.dingtalkinbox.service.simulator;

import io.github.dingtalkinbox.internal.crypto.Credentials;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What a {@link Simulator} plays.
 *
 * @param urls the callback URLs, http or https: the deliveries of an event go to one after the other
 * @param credentials those of the app behind the URLs
 * @param load how much
 * @param seed two simulations with the same seed and load play the same approvals with the same twins, but with
 *     different ids
 */
public record Simulation(List<URI> urls, Credentials credentials, Load load, long seed) {

    public Simulation {
        urls = new HttpTarget(urls, credentials).urls();
    }

    HttpTarget target() {
        return new HttpTarget(urls, credentials);
    }

    public Simulation(URI url, Credentials credentials, Load load, long seed) {
        this(List.of(url), credentials, load, seed);
    }

    /**
     * How much is played, and how fast.
     *
     * @param events number of different events
     * @param twins probability that an event is delivered a second time, 0 to 50 ms after the first
     * @param outOfOrder probability that an event is delivered after the next one of its approval
     * @param rate events per second, without twins; 0: as fast as they are answered
     * @param concurrency maximum number of concurrent deliveries
     * @param timeout after which a delivery counts as not answered
     * @param retryAfter pauses before a delivery that was not answered {@code success} is repeated, each counted from
     *     the previous answer or timeout
     */
    public record Load(
            int events,
            double twins,
            double outOfOrder,
            double rate,
            int concurrency,
            Duration timeout,
            List<Duration> retryAfter) {
        /** How long DingTalk waits for an answer to an HTTP push ("appendix-b", 2026-04-29). */
        public static final Duration DINGTALK_TIMEOUT = Duration.ofMillis(2500);

        /** When DingTalk delivers again ("obtain-the-event-list-of-failed-push-messages"). */
        public static final List<Duration> DINGTALK_RETRIES = List.of(Duration.ofSeconds(10), Duration.ofSeconds(30));

        /** How long DingTalk waits for an answer to a Stream frame ("appendix-b", 2026-04-29). */
        public static final Duration STREAM_TIMEOUT = Duration.ofSeconds(3);

        /** When a frame is sent again: DingTalk documents no times; 16 s and 60 s have been seen. */
        public static final List<Duration> STREAM_RETRIES = List.of(
                Duration.ofSeconds(3),
                Duration.ofSeconds(16),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60));

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
            require(timeout.toMillis() >= 1, "The timeout must be at least 1 ms, but is " + timeout.toMillis() + " ms");
            retryAfter = List.copyOf(retryAfter);
            require(
                    retryAfter.stream().noneMatch(Duration::isNegative),
                    "The time until a retry must not be negative, but is " + retryAfter);
        }

        /** What was refused is not delivered again. */
        public Load(int events, double twins, double outOfOrder, double rate, int concurrency, Duration timeout) {
            this(events, twins, outOfOrder, rate, concurrency, timeout, List.of());
        }

        private static void requireProbability(String what, double value) {
            require(value >= 0 && value <= 1, "The probability of " + what + " must be 0 to 1, but is " + value);
        }
    }

    static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
