package io.github.dingtalkinbox.service.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Simulation} was answered.
 *
 * @param run the first part of the {@code eventId} of each event of this run, and of no other
 * @param events different events
 * @param deliveries requests and frames, including {@code twins}, {@code bothWays} and {@code retries}
 * @param twins events that were delivered twice, without retries
 * @param bothWays events that were delivered over Stream and over HTTP, without retries
 * @param retries deliveries that were repeated because they had not been answered {@code success}
 * @param outOfOrder events that were delivered after the next one of their approval
 * @param answered deliveries whose reply was right and {@code success}
 * @param givenUp deliveries that were not answered {@code success}, even after the last retry
 * @param refused the deliveries that were not answered {@code success}: how many for each reason, the most frequent
 *     first
 * @param firstRefused the first few of them in detail
 * @param latency of the deliveries that got an answer, right or wrong; null if none did
 * @param elapsed from the first request to the last answer
 */
public record SimulationResult(
        String run,
        int events,
        int deliveries,
        int twins,
        int bothWays,
        int retries,
        int outOfOrder,
        int answered,
        int givenUp,
        Map<String, Integer> refused,
        List<String> firstRefused,
        @Nullable Latency latency,
        Duration elapsed) {

    /** Whether every delivery was answered {@code success}, some perhaps only after a retry. */
    public boolean isAllAnswered() {
        return givenUp == 0;
    }

    /** Percentiles. */
    public record Latency(Duration p50, Duration p95, Duration p99, Duration max) {}
}
