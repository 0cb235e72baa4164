package io.github.dingtalkinbox.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BackoffTest {
    @Test
    void doublesFromOneSecondToSixty() {
        assertThat(seconds(new Backoff(always(1)), 9))
                .containsExactly(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0);
    }

    @Test
    void isAtLeastHalfOfThat() {
        assertThat(seconds(new Backoff(always(0)), 9)).containsExactly(0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0);
    }

    @Test
    void beginsAnewAfterAReset() {
        Backoff backoff = new Backoff(always(1));
        seconds(backoff, 5);
        backoff.reset();

        assertThat(seconds(backoff, 2)).containsExactly(1.0, 2.0);
    }

    @Test
    void differsFromTimeToTime() {
        Backoff backoff = new Backoff(RandomGenerator.getDefault());
        seconds(backoff, 10);

        assertThat(seconds(backoff, 100))
                .allSatisfy(pause -> assertThat(pause).isBetween(30.0, 60.0))
                .satisfies(
                        pauses -> assertThat(pauses.stream().distinct().count()).isGreaterThan(50));
    }

    private static List<Double> seconds(Backoff backoff, int times) {
        return Stream.generate(backoff::next)
                .limit(times)
                .map(Duration::toMillis)
                .map(millis -> millis / 1000.0)
                .toList();
    }

    /** Chooses the least (0) or the most (1). */
    private static RandomGenerator always(int which) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return which;
            }

            @Override
            public long nextLong(long bound) {
                return which * (bound - 1);
            }
        };
    }
}
