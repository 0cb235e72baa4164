package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.internal.sql.Causes;
import io.github.dingtalkinbox.internal.store.NextStep;
import io.github.dingtalkinbox.internal.store.QueueState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * When a failed event is tried again, and when no more.
 *
 * <p>Safe for use by many threads.
 */
public final class RetryPolicy {
    /** A migration and the program that needs it do not arrive at the same moment. */
    private static final Duration LONGEST_DEPLOYMENT = Duration.ofMinutes(10);

    private static final int LONGEST_ERROR = 4000;
    private static final int MOST_DOUBLINGS = 30;

    private final int maxAttempts;
    private final Duration initialBackoff;
    private final Duration maxBackoff;
    private final RandomGenerator random;

    RetryPolicy(int maxAttempts, Duration initialBackoff, Duration maxBackoff, RandomGenerator random) {
        this.maxAttempts = maxAttempts;
        this.initialBackoff = initialBackoff;
        this.maxBackoff = maxBackoff;
        this.random = random;
    }

    /**
     * What happens next with an event after a failed attempt.
     *
     * @param attempts that have failed, this one included
     * @param failingFor the time since the first of them
     */
    public NextStep after(int attempts, Duration failingFor, Throwable failure) {
        String error = describe(failure);
        Remedy remedy = Remedy.of(failure);
        return attempts >= maxAttempts
                        || remedy == Remedy.OPERATOR
                        || (remedy == Remedy.DEPLOYMENT && failingFor.compareTo(LONGEST_DEPLOYMENT) >= 0)
                ? new NextStep(QueueState.DEAD, null, error)
                : new NextStep(QueueState.RETRYING, backoff(attempts), error);
    }

    /** What happens next with an event whose first attempt has failed. */
    public NextStep afterFirst(Throwable failure) {
        return after(1, Duration.ZERO, failure);
    }

    /** Doubled with every attempt; of that, a random share between half and all, so that not all come back at once. */
    private Duration backoff(int attempts) {
        int doublings = Math.min(attempts - 1, MOST_DOUBLINGS);
        long initial = initialBackoff.toMillis();
        long max = maxBackoff.toMillis();
        long full = initial > max >> doublings ? max : initial << doublings;
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }

    /** The failure and its causes, fit for a column. */
    private static String describe(Throwable failure) {
        String text = Causes.of(failure).map(RetryPolicy::text).collect(Collectors.joining("\ncaused by "));
        String start = text.substring(0, Math.min(text.length(), LONGEST_ERROR));
        // A message may quote the payload: PostgreSQL takes neither NUL nor half a character.
        String storable = new String(start.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return storable.replace('\0', '?');
    }

    /** A class of the user's may have no text, or fail to say it. */
    private static String text(Throwable failure) {
        try {
            return Objects.requireNonNullElse(
                    failure.toString(), failure.getClass().getName());
        } catch (RuntimeException e) {
            return failure.getClass().getName();
        }
    }
}
