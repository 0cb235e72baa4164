package io.github.dingtalkinbox.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a wrong clock of a service has written is kept as it came, and decides nothing. */
@Postgres
class StrangersTimesPostgresTest {
    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final History history;

    StrangersTimesPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.history = new History(database);
    }

    @BeforeEach
    void fill() {
        history.empty().events(40, "a", 10).events(5, "a", 10).seal();
    }

    @Test
    void aGapIsNoLongerThanTheDatabaseKnowsItsEvent() {
        duplicate("default:zz", "1000 years", "2999-01-01", 0);
        duplicate("a-5-3", "1000 years", "2999-01-01", 0);

        try (Retention retention = Settings.retention(database)) {
            assertThat(retention.largestGap()).isBetween(Duration.ofDays(4), Duration.ofDays(6));
            RetentionReport report = retention.runOnce(Settings.ORDER);
            assertThat(report.outcome()).as(report.problems().toString()).isEqualTo(CleanupOutcome.COMPLETED);
        }
        assertThat(history.count("processed_events")).isEqualTo(10);
    }

    @Test
    void theLongestOfManyGapsIsFoundAmongThoseThatAreWrong() {
        history.duplicates(40, "a", Duration.ofDays(35));
        duplicate("a-5-3", "1000 years", "2999-01-01", 0);
        duplicate("a-40-0", "500 years", "2999-01-01", 38);
        duplicate("default:zz", "36 days", "2999-01-01", 0);

        try (Retention retention = Settings.retention(database)) {
            assertThat(retention.largestGap()).isEqualTo(Duration.ofDays(35));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2999-01-01", "1970-01-01"})
    void aDuplicateGoesWhenTheDatabaseHasHadItForLongEnough(String receivedAt) {
        duplicate("a-5-3", "1 second", receivedAt, 100);
        duplicate("a-5-4", "1 second", receivedAt, 4);

        assertThat(Settings.run(database).outcome()).isEqualTo(CleanupOutcome.COMPLETED);

        assertThat(jdbc.sql("select event_id from inbox.duplicate_deliveries")
                        .query(String.class)
                        .list())
                .containsExactly("a-5-4");
    }

    @Test
    void aWindowThatIsYetToBeginIsNone() {
        jdbc.sql(
                        "insert into inbox.identity_windows values ('default:ding1:a:sha256:0', 'ding1', '2999-01-01', '40 days')")
                .update();

        assertThat(Settings.run(database).outcome()).isEqualTo(CleanupOutcome.COMPLETED);

        assertThat(history.count("processed_events")).isEqualTo(10);
        assertThat(history.count("identity_windows")).isZero();
    }

    private void duplicate(String event, String sinceFirst, String receivedAt, int recordedDaysAgo) {
        jdbc.sql("""
                        insert into inbox.duplicate_deliveries
                               (event_id, corp_id, event_type, matched_by, same_payload, since_first, received_at,
                                recorded_at, transport)
                        values (:event, 'ding1', 'a', 'event_id', true, cast(:since_first as interval),
                                cast(:received_at as timestamptz), now() - cast(:days as interval), 'http')
                        """)
                .param("event", event)
                .param("since_first", sinceFirst)
                .param("received_at", receivedAt)
                .param("days", 24 * recordedDaysAgo + " hours")
                .update();
    }
}
