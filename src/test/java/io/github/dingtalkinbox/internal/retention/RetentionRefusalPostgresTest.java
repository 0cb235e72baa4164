package io.github.dingtalkinbox.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.retention.CleanupListener.Refusal;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the cleanup leaves until somebody acts: it says so, and goes on with the rest. */
@Postgres
class RetentionRefusalPostgresTest {
    private final TestDatabase database;
    private final History history;
    private final List<Refusal> refusals = new ArrayList<>();

    RetentionRefusalPostgresTest(TestDatabase database) {
        this.database = database;
        this.history = new History(database);
    }

    @BeforeEach
    void empty() {
        history.empty();
    }

    @Test
    void timeBelowADayIsRefusedWhateverIsDue() {
        history.events(40, "a", 10)
                .events(40, "b", 10)
                .duplicates(40, "a", Duration.ofSeconds(1))
                .seal();

        RetentionReport report =
                run("events=23h", "duplicates=30d", "event-types[0].name=b", "event-types[0].events=30d");

        assertThat(report.outcome()).isEqualTo(CleanupOutcome.REFUSED);
        assertThat(report.problems())
                .containsExactly(
                        "inbox.retention.events is 23h, so nothing is removed by it: DingTalk may deliver an event"
                                + " again within a day. Set it to at least 1d.");
        assertThat(refusals).containsExactly(Refusal.TOO_SHORT);
        assertThat(history.count("processed_events", "event_type = 'a'")).isEqualTo(10);
        assertThat(history.count("processed_events", "event_type = 'b'"))
                .as("whose time is long enough")
                .isZero();
        assertThat(history.count("duplicate_deliveries")).isZero();
        assertThat(database.jdbc()
                        .sql("select problem from inbox.audit_cleanups where outcome = 'refused'")
                        .query(String.class)
                        .list())
                .isEqualTo(report.problems());
    }

    @Test
    void timeOfATypeIsRefusedByItsName() {
        RetentionReport report = run("event-types[0].name=b", "event-types[0].duplicates=0s");
        assertThat(report.problems())
                .containsExactly(
                        "inbox.retention.event-types[].duplicates of b is 0d, so nothing is removed by it: DingTalk"
                                + " may deliver an event again within a day. Set it to at least 1d.");
    }

    @Test
    void timeBelowTheLargestGapIsRefused() {
        history.events(80, "a", 10)
                .events(60, "a", 1)
                .duplicates(60, "a", Duration.ofDays(45))
                .seal();

        RetentionReport report = run("events=44d");

        assertThat(report.outcome()).isEqualTo(CleanupOutcome.REFUSED);
        assertThat(report.problems())
                .containsExactly(
                        "inbox.retention.events is 44d, so nothing is removed by it: DingTalk delivered a-60-0 a"
                                + " second time after 45d, and that delivery would have taken effect. Set it to more than that.");
        assertThat(history.count("processed_events")).isEqualTo(11);
        assertThat(run("events=50d").outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(history.count("processed_events")).isZero();
    }

    @Test
    void largestGapIsKnown() {
        history.events(60, "a", 3).duplicates(60, "a", Duration.ofSeconds(40));
        try (Retention retention = Settings.retention(database)) {
            assertThat(retention.largestGap()).isZero();
            history.duplicates(60, "a", Duration.ofMinutes(90));
            assertThat(retention.largestGap()).isEqualTo(Duration.ofMinutes(90));
        }
    }

    @Test
    void daysThatAreNotSealedYetAreSaid() {
        history.events(60, "a", 10).sealUntil(50).events(45, "a", 10);
        RetentionReport report = run();
        assertThat(report.rows()).isEqualTo(10);
        assertThat(report.problems())
                .containsExactly(
                        "Events since " + history.day(45).plusMillis(3) + " are old enough, but stay: where there"
                                + " are seals, only sealed days are removed, and sealing has not come so far. It needs"
                                + " inbox.seal.key to be set; else look at audit_seals and the log for why.");
        assertThat(refusals).containsExactly(Refusal.NOT_SEALED);
        assertThat(history.count("processed_events")).isEqualTo(10);
    }

    @Test
    void dayThatWasChangedStaysAndTheOthersGo() {
        history.events(40, "a", 10).events(40, "b", 10).events(41, "a", 10).seal();
        database.jdbc()
                .sql("delete from inbox.processed_events where event_id = 'a-40-3'")
                .update();

        RetentionReport report = run();

        assertThat(report.outcome()).isEqualTo(CleanupOutcome.REFUSED);
        assertThat(report.problems())
                .singleElement()
                .asString()
                .contains("[a] stay: processed_events, hour ", "1 fewer than were sealed", "audit verify --seals");
        assertThat(refusals).containsExactly(Refusal.CHANGED);
        assertThat(database.jdbc()
                        .sql(
                                "select distinct split_part(event_id, '-', 1) || split_part(event_id, '-', 2) from inbox.processed_events")
                        .query(String.class)
                        .list())
                .containsExactly("a40");
        assertThat(report.rows()).isEqualTo(20);
    }

    @Test
    void dayOfAnEventThatWaitsInTheQueueStays() {
        history.events(40, "a", 10).seal().queued(1, "a", "dead", 1);
        database.jdbc()
                .sql("update inbox.queued_events set event_id = 'a-40-4'")
                .update();

        assertThat(run().problems()).singleElement().asString().contains("a-40-4", "queue replay");

        assertThat(refusals).containsExactly(Refusal.QUEUED);
        assertThat(history.count("processed_events")).isEqualTo(10);
    }

    private RetentionReport run(String... properties) {
        CleanupListener listener = new CleanupListener() {
            @Override
            public void refused(Refusal refusal) {
                refusals.add(refusal);
            }
        };
        try (Retention retention = Settings.retention(database, listener, properties)) {
            return retention.runOnce(Settings.ORDER);
        }
    }
}
