package io.github.dingtalkinbox.internal.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.PermanentFailure;
import io.github.dingtalkinbox.internal.store.NextStep;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.UncategorizedSQLException;

class RetryPolicyTest {
    private final Exception failure = new IOException("the handler's own");

    @Test
    void theBackoffDoublesWithJitterUntilItsLimit() {
        RetryPolicy policy = policy(100, Duration.ofSeconds(5), Duration.ofMinutes(15));
        for (int attempts = 1; attempts < 100; attempts++) {
            long full = attempts > 8 ? 900_000 : 5000L << (attempts - 1);
            List<Long> delays = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                delays.add(delay(policy, attempts));
            }
            assertThat(delays).as("after attempt %d", attempts).allMatch(d -> d >= full / 2 && d <= full);
            assertThat(Collections.max(delays) - Collections.min(delays))
                    .as("spread after attempt %d", attempts)
                    .isGreaterThan(full / 4);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 400, 100_000})
    void longBackoffsAreWithinTheirLimitToo(long days) {
        RetryPolicy policy = policy(Integer.MAX_VALUE, Duration.ofDays(days), Duration.ofDays(100_000));
        for (int attempts : new int[] {1, 2, 30, 31, 32, 63, 64, 65, 1000, Integer.MAX_VALUE - 1}) {
            assertThat(delay(policy, attempts))
                    .isBetween(
                            Duration.ofDays(days).toMillis() / 2,
                            Duration.ofDays(100_000).toMillis());
        }
    }

    @Test
    void theShortestBackoffIsNotNegative() {
        assertThat(delay(policy(2, Duration.ofMillis(1), Duration.ofMillis(1)), 1))
                .isBetween(0L, 1L);
    }

    @Test
    void theLastAttemptLeavesADeadEvent() {
        RetryPolicy policy = policy(3, Duration.ofSeconds(1), Duration.ofSeconds(1));

        assertThat(policy.after(2, Duration.ZERO, failure)).matches(next -> !next.isDead() && next.delay() != null);
        assertThat(policy.after(3, Duration.ZERO, failure)).matches(next -> next.isDead() && next.delay() == null);
        assertThat(policy.after(4, Duration.ZERO, failure)).matches(NextStep::isDead);
    }

    /** The rest of what the SQLSTATE decides: {@link RemedyPostgresTest}. */
    @Test
    void anSqlErrorDecidesWhereverItIsAmongTheCauses() {
        assertThat(isDead(sql("22P02"))).isTrue();
        assertThat(isDead(new IllegalStateException(new UncategorizedSQLException("a task", "", sql("22P02")))))
                .isTrue();
        assertThat(isDead(new SQLException("no state"))).isFalse();
        assertThat(isDead(sql("2200"))).as("no SQLSTATE").isFalse();
    }

    @Test
    void whatADeploymentMayMendIsTriedForTenMinutes() {
        RetryPolicy policy = policy(12, Duration.ofSeconds(1), Duration.ofSeconds(1));

        assertThat(policy.afterFirst(sql("42P01")).isDead()).isFalse();
        assertThat(policy.after(8, Duration.ofMinutes(10).minusMillis(1), sql("42P01"))
                        .isDead())
                .isFalse();
        assertThat(policy.after(8, Duration.ofMinutes(10), sql("42P01")).isDead())
                .isTrue();
        assertThat(policy.after(8, Duration.ofDays(10), sql("23505")).isDead()).isFalse();
        assertThat(policy.after(12, Duration.ZERO, sql("42P01")).isDead()).isTrue();
    }

    @Test
    void aHandlerMaySayThatItIsOfNoUse() {
        assertThat(isDead(new PermanentFailure("no such employee"))).isTrue();
        assertThat(isDead(new RuntimeException(new PermanentFailure("no such employee", failure))))
                .isTrue();
    }

    @Test
    void theErrorNamesItsCauses() {
        assertThat(error(new IllegalStateException("outer", new IOException("inner"))))
                .isEqualTo("java.lang.IllegalStateException: outer\ncaused by java.io.IOException: inner");
    }

    @Test
    void theErrorCanBeStoredWhateverIsInIt() {
        String rocket = "\uD83D\uDE80";
        for (int shift = 0; shift < 3; shift++) {
            String hostile = "x".repeat(shift) + "\0\uD800\uDC00\uD800x\uDC00" + rocket.repeat(1 << 19);
            String error = error(new IllegalStateException(hostile, new IOException(hostile)));

            assertThat(error)
                    .hasSizeLessThanOrEqualTo(4000)
                    .doesNotContain("\0")
                    .contains(rocket);
            assertThat(new String(error.getBytes(UTF_8), UTF_8)).isEqualTo(error);
        }
    }

    @Test
    @Timeout(10)
    void causesThatGoRoundInACircleHaveAnEnd() {
        Exception one = new Exception("one");
        Exception other = new Exception("other", one);
        one.initCause(other);

        assertThat(isDead(one)).isFalse();
        assertThat(error(one)).startsWith("java.lang.Exception: one\ncaused by java.lang.Exception: other");
    }

    @Test
    void anErrorThatCannotBeToldHasItsName() {
        assertThat(error(new Untold(null))).contains("Untold");
        assertThat(error(new IOException("outer", new Untold(new IllegalStateException("in toString")))))
                .startsWith("java.io.IOException: outer")
                .contains("Untold");
    }

    private static boolean isDead(Throwable failure) {
        return policy(12, Duration.ofSeconds(1), Duration.ofSeconds(1))
                .afterFirst(failure)
                .isDead();
    }

    private static String error(Throwable failure) {
        return Objects.requireNonNull(policy(12, Duration.ofSeconds(1), Duration.ofSeconds(1))
                .afterFirst(failure)
                .error());
    }

    private long delay(RetryPolicy policy, int attempts) {
        return Objects.requireNonNull(
                        policy.after(attempts, Duration.ZERO, failure).delay())
                .toMillis();
    }

    private static SQLException sql(String state) {
        return new SQLException("told by its state alone", state);
    }

    private static RetryPolicy policy(int maxAttempts, Duration initial, Duration max) {
        return new RetryPolicy(maxAttempts, initial, max, new Random(42));
    }

    /** Its text is missing, or cannot be had. */
    private static final class Untold extends Exception {
        private final @Nullable RuntimeException inToString;

        private Untold(@Nullable RuntimeException inToString) {
            this.inToString = inToString;
        }

        @Override
        @SuppressWarnings({"NullAway", "ToStringReturnsNull", "OverrideThrowableToString"
        }) // what a user's class may do
        public String toString() {
            if (inToString != null) {
                throw inToString;
            }
            return null;
        }
    }
}
