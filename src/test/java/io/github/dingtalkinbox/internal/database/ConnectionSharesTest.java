package io.github.dingtalkinbox.internal.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.start.ConfigurationProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionSharesTest {
    private static final int WORKERS = 4;

    /** As documented. */
    @ParameterizedTest
    @CsvSource({"6, 3, 1, 1, 1", "10, 3, 2, 3, 2", "18, 3, 3, 4, 4", "50, 21, 9, 4, 12"})
    void aHostKeepsAQuarterAndDeliveriesHaveThreeAtLeast(
            int all, int deliveries, int spare, int workers, int application) throws IOException {
        assertThat(ConnectionShares.of(all, all / 4, WORKERS))
                .isEqualTo(new ConnectionShares(all, application, deliveries, spare, workers));
        assertThat(Files.readString(Path.of("src/docs/library.md")))
                .contains("| %d | %d | %d | %d | %d |".formatted(all, deliveries, spare, workers, application));
    }

    @Test
    void inTheServiceThePoolIsAllOurs() {
        assertThat(ConnectionShares.of(18, 0, WORKERS)).isEqualTo(new ConnectionShares(18, 0, 6, 4, 4));
    }

    @Test
    void togetherTheyNeverAskForMoreThanThereAre() {
        for (int all = 6; all < 200; all++) {
            for (int workers : new int[] {1, 4, 32}) {
                for (int application : new int[] {0, all / 4, all - 5}) {
                    ConnectionShares shares = ConnectionShares.of(all, application, workers);
                    assertThat(shares.deliveries()).isGreaterThanOrEqualTo(3);
                    assertThat(shares.spare()).isPositive();
                    assertThat(shares.workers()).isBetween(1, workers);
                    assertThat(application + shares.deliveries() + shares.spare() + shares.workers())
                            .isLessThanOrEqualTo(all);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void fewerThanSixAreRefused(int all) {
        assertThatThrownBy(() -> ConnectionShares.of(all, all / 4, WORKERS))
                .isInstanceOf(ConfigurationProblem.class)
                .hasMessageContaining("has too few connections: " + all);
    }

    @Test
    void anApplicationThatKeepsTooManyIsRefused() {
        assertThatThrownBy(() -> ConnectionShares.of(10, 6, WORKERS))
                .isInstanceOfSatisfying(ConfigurationProblem.class, problem -> {
                    assertThat(problem.description()).contains("10, of which 6 stay the application's own");
                    assertThat(problem.action()).contains("inbox.application-connections");
                });
    }

    @Test
    void theLogSaysWhoMayUseHowMany() {
        assertThat(ConnectionShares.of(10, 2, WORKERS))
                .hasToString("Of the 10 connections of the pool, up to 3 process deliveries, 2 store what has to wait,"
                        + " 3 are for the workers of the queue, and 2 stay the application's own");
    }
}
