package io.github.dingtalkinbox.internal.queue;

import io.github.dingtalkinbox.PermanentFailure;
import io.github.dingtalkinbox.internal.sql.Causes;
import io.github.dingtalkinbox.internal.store.NextStep;
import io.github.dingtalkinbox.internal.store.QueueState;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * When a failed event is tried again, and when no more.
 *
 * <p>Safe for use by many threads.
 */
public final class RetryPolicy {
    // Feature not supported, data exception, syntax error or access rule violation (classes of SQLSTATE): the same
    // event will meet the same error until something is changed. Integrity violations are not among them:
    // what is missing may come.
    private static final Set<String> PERMANENT = Set.of("0A", "22", "42");

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
     */
    public NextStep after(int attempts, Throwable failure) {
        String error = describe(failure);
        return attempts >= maxAttempts || isPermanent(failure)
                ? new NextStep(QueueState.DEAD, null, error)
                : new NextStep(QueueState.RETRYING, backoff(attempts), error);
    }

    /** Doubled with every attempt; of that, a random share between half and all, so that not all come back at once. */
    private Duration backoff(int attempts) {
        int doublings = Math.min(attempts - 1, MOST_DOUBLINGS);
        long initial = initialBackoff.toMillis();
        long max = maxBackoff.toMillis();
        long full = initial > max >> doublings ? max : initial << doublings;
        return Duration.ofMillis(full / 2 + random.nextLong(full / 2 + 1));
    }

    private static boolean isPermanent(Throwable failure) {
        return Causes.of(failure)
                .anyMatch(t ->
                        t instanceof PermanentFailure || (t instanceof SQLException e && isPermanent(e.getSQLState())));
    }

    private static boolean isPermanent(@Nullable String sqlState) {
        return sqlState != null && sqlState.length() == 5 && PERMANENT.contains(sqlState.substring(0, 2));
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
