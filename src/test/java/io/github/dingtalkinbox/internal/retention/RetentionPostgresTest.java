package io.github.dingtalkinbox.internal.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Invariants;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What goes, and what stays. */
@Postgres
class RetentionPostgresTest {
    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final History history;

    RetentionPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.history = new History(database);
    }

    @BeforeEach
    void empty() {
        history.empty();
    }

    @AfterEach
    void noInvariantIsBroken() {
        Invariants.assertNoRow(jdbc);
    }

    @Test
    void wholeDaysGoThatAreOldEnough() {
        history.events(32, "a", 100).events(31, "a", 100).events(30, "a", 100).seal();

        RetentionReport report = Settings.run(database, "batch-size=30");

        assertThat(report.outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(report.rows()).isEqualTo(200);
        assertThat(history.count("processed_events", "event_id like 'a-30-%'")).isEqualTo(100);
        assertThat(history.count("processed_events")).isEqualTo(100);
        assertThat(history.count("event_seals", "kind = 'rows' and event_type = 'a'"))
                .as("the seals of what went stay")
                .isEqualTo(69);
        for (String kind : new String[] {"removal", "removed"}) {
            assertThat(history.count("event_seals", "event_type = 'a' and kind = '" + kind + "'"))
                    .as(kind)
                    .isEqualTo(2);
        }
    }

    @Test
    void whatNobodyRemovesIsOverdue() {
        try (Retention retention = Settings.retention(database)) {
            assertThat(retention.overdueDays()).as("an empty log").isZero();
            history.events(31, "a", 10);
            assertThat(retention.overdueDays()).as("the next night").isZero();
            history.events(40, "a", 10);
            assertThat(retention.overdueDays()).isEqualTo(10);
            try (Retention longer =
                    Settings.retention(database, "event-types[0].name=b", "event-types[0].events=60d")) {
                assertThat(longer.overdueDays()).as("perhaps of that type").isZero();
            }
            ended("refused", 1);
            ended("completed", 73);
            assertThat(retention.overdueDays()).as("since it completed").isEqualTo(3);
            ended("completed", 47);
            assertThat(retention.overdueDays()).isZero();
        }
    }

    private void ended(String outcome, int hoursAgo) {
        jdbc.sql("""
                        insert into inbox.cleanup_runs
                               (run_id, table_name, event_type, day, outcome, operator, origin, reason, ended_at)
                        values (gen_random_uuid(), '', '', date_trunc('day', now(), 'UTC'), :outcome, 'maria', 'here', 'night',
                                now() - make_interval(hours => :hours))
                        """).param("outcome", outcome).param("hours", hoursAgo).update();
    }

    @Test
    void whatWentIsWrittenDownByWhomAndWhy() {
        history.events(40, "a", 100).events(40, "b", 7).seal();
        Settings.run(database, "batch-size=10");

        assertThat(jdbc.sql("""
                                select concat_ws(' ', table_name, event_type, cast(day at time zone 'UTC' as date), rows_removed,
                                                 operator, origin, reason, outcome)
                                  from inbox.audit_cleanups
                                 where ended_at >= began_at
                                 order by table_name, event_type
                                """).query(String.class).list())
                .satisfiesExactly(
                        run -> assertThat(run).endsWith("107 maria here/1 too much of it completed"),
                        a -> assertThat(a)
                                .isEqualTo("processed_events a " + day(40) + " 100 maria here/1 too much of it"),
                        b -> assertThat(b)
                                .isEqualTo("processed_events b " + day(40) + " 7 maria here/1 too much of it"));
    }

    @Test
    void typesMayHaveTimesOfTheirOwn() {
        history.events(100, "a", 10)
                .events(100, "b", 10)
                .events(100, "c", 10)
                .events(5, "c", 10)
                .duplicates(100, "a", Duration.ofSeconds(1))
                .duplicates(100, "b", Duration.ofSeconds(1))
                .seal();

        RetentionReport report = Settings.run(
                database,
                "event-types[0].name=b",
                "event-types[0].events=365d",
                "event-types[0].duplicates=3650d",
                "event-types[1].name=c",
                "event-types[1].events=3d");

        assertThat(report.outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(jdbc.sql("select distinct event_type from inbox.processed_events")
                        .query(String.class)
                        .list())
                .containsExactly("b");
        assertThat(jdbc.sql("select distinct event_type from inbox.duplicate_deliveries")
                        .query(String.class)
                        .list())
                .containsExactly("b");
    }

    @Test
    void whereNoKeyWasEverSetEventsGoWithoutSealsAndFromTheFirstOneOnWithThem() {
        history.events(100, "a", 10)
                .accepted(100, "a")
                .events(40, "b", 10)
                .duplicates(40, "b", Duration.ofSeconds(1))
                .events(20, "a", 10)
                .events(7, "a", 10);

        RetentionReport without = Settings.run(database, "batch-size=3");

        assertThat(without.outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(without.problems()).isEmpty();
        assertThat(removals()).containsExactly("a 10 true", "b 10 true");
        Invariants.assertNoRow(jdbc);
        assertThat(Settings.run(database).rows()).as("once more").isZero();

        history.sealUntil(10);
        RetentionReport with = Settings.run(database, "events=5d");

        assertThat(with.outcome()).isEqualTo(CleanupOutcome.REFUSED);
        assertThat(with.problems()).singleElement().asString().contains("sealing has not come so far");
        assertThat(removals()).containsExactly("a 10 true", "b 10 true", "a 10 false");
        assertThat(history.count("processed_events", "event_id like 'a-7-%'")).isEqualTo(10);
        assertThat(history.count("processed_events")).isEqualTo(10);
    }

    @Test
    void acceptedRowsGoWithTheirEventsAlsoUnderAnotherId() {
        history.events(40, "a", 30)
                .accepted(40, "a")
                .events(3, "a", 30)
                .accepted(3, "a")
                .seal();
        assertThat(history.count("accepted_events", "event_id like 'other-%'")).isEqualTo(20);
        jdbc.sql("""
                        insert into inbox.failed_attempts (event_id, corp_id, event_type, attempt, state_after)
                        select event_id, corp_id, event_type, 1, 'retrying' from inbox.accepted_events
                        """).update();

        Settings.run(database, "batch-size=7");

        assertThat(history.count("accepted_events", "event_id like '%a-40-%'")).isZero();
        assertThat(history.count("accepted_events")).isEqualTo(30);
        assertThat(history.count("failed_attempts")).isEqualTo(30);
        assertThat(history.count("failed_attempts", "event_id like '%a-40-%'")).isZero();
    }

    @Test
    void whatWasPromisedStaysAndWhatWasGivenUpGoes() {
        history.queued(200, "a", "dead", 3)
                .queued(200, "a", "pending", 3)
                .queued(200, "a", "retrying", 3)
                .queued(200, "a", "discarded", 5)
                .queued(3, "a", "discarded", 5);
        jdbc.sql(
                        "update inbox.queued_events set next_attempt_at = now() + interval '1 hour' where next_attempt_at is not null")
                .update();

        Settings.run(database, "batch-size=2");

        assertThat(jdbc.sql("select state || ' ' || count(*) from inbox.queued_events group by state order by 1")
                        .query(String.class)
                        .list())
                .containsExactly("dead 3", "discarded 5", "pending 3", "retrying 3");
        assertThat(history.count("accepted_events")).isEqualTo(14);
    }

    @Test
    void duplicatesOutliveTheirEvents() {
        for (int daysAgo : List.of(100, 95, 60, 10)) {
            history.events(daysAgo, "a", 20).duplicates(daysAgo, "a", Duration.ofSeconds(30));
        }
        history.seal();

        RetentionReport report = Settings.run(database, "batch-size=7");

        assertThat(report.outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(history.count("processed_events")).isEqualTo(20);
        assertThat(history.count("duplicate_deliveries")).isEqualTo(40);
    }

    /** Otherwise it would be excused for ever that they are there. */
    @Test
    void duplicateOfAnEventThatNeverWasStillShows() {
        history.events(60, "a", 20).events(10, "a", 20).seal();
        Settings.run(database);
        jdbc.sql("""
                        insert into inbox.duplicate_deliveries
                               (event_id, corp_id, event_type, matched_by, same_payload, since_first, received_at,
                                recorded_at, transport)
                        values ('nowhere', 'ding1', 'a', 'event_id', true, interval '1 second',
                                now() - interval '20 days', now() - interval '20 days', 'http')
                        """).update();
        assertThat(jdbc.sql(Invariants.sql("duplicate_without_event")).query().listOfRows())
                .hasSize(1);
        jdbc.sql("delete from inbox.duplicate_deliveries").update();
    }

    @Test
    void whatOnlyLastsForAWhileIsSwept() {
        jdbc.sql("""
                        insert into inbox.identity_windows (content_id, corp_id, seen_at, window_length)
                        select 'over-' || n, '', now() - interval '2 days', interval '10 minutes' from generate_series(1, 25) n
                        """).update();
        jdbc.sql("""
                        insert into inbox.handling_times (event_id, app, corp_id, event_type, handled_at, handling_time)
                        select 'default:e', 'default', '', 'a', now() - interval '24 hours' * d, interval '1 ms'
                          from generate_series(1, 40) d, generate_series(1, 5)
                        """).update();
        jdbc.sql("""
                        insert into inbox.failed_callback_pages (app, page_id, received_at, processed_at, problem, body)
                        select 'default', gen_random_uuid(), now() - interval '50 days',
                               case when n > 1 then now() - interval '50 days' end, case when n = 2 then 'unreadable' end, '{}'
                          from generate_series(1, 12) n
                        """).update();

        RetentionReport report = Settings.run(database, "batch-size=7");

        assertThat(report.outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(history.count("identity_windows")).isZero();
        assertThat(history.count("handling_times", "handled_at < now() - interval '31 days'"))
                .isZero();
        assertThat(history.count("handling_times")).isEqualTo(150);
        assertThat(jdbc.sql("select coalesce(problem, 'not processed') from inbox.failed_callback_pages order by 1")
                        .query(String.class)
                        .list())
                .containsExactly("not processed", "unreadable");
    }

    @Test
    void windowThatIsOpenStays() {
        jdbc.sql("""
                        insert into inbox.identity_windows (content_id, corp_id, seen_at, window_length)
                        values ('open', '', now() - interval '23 hours', interval '1 day'),
                               ('over', '', now() - interval '26 hours', interval '1 day')
                        """).update();
        jdbc.sql("""
                        insert into inbox.accepted_events (event_id, corp_id, event_type)
                        select 'open@' || to_char(seen_at at time zone 'UTC', 'YYYYMMDD"T"HH24MISS.US"Z"'), '', 'a'
                          from inbox.identity_windows where content_id = 'open'
                        """).update();
        jdbc.sql("""
                        insert into inbox.processed_events (event_id, app, corp_id, event_type, transport, received_at, payload, payload_sha256)
                        select event_id, 'default', '', 'a', 'http', now(), '{}', sha256('') from inbox.accepted_events
                        """).update();
        Settings.run(database);
        assertThat(jdbc.sql("select content_id from inbox.identity_windows")
                        .query(String.class)
                        .list())
                .containsExactly("open");
    }

    /** Daily, for four months, at the end of which every type has another history. */
    @Test
    void invariantsHoldThroughMonths() {
        for (int today = 90; today >= 0; today -= 10) {
            for (int day = today + 9; day >= today; day--) {
                if (day > 0) {
                    history.events(day, "a", 6).events(day, "b", 6).accepted(day, "a");
                    history.duplicates(day, "a", Duration.ofSeconds(10)).duplicates(day, "b", Duration.ofSeconds(10));
                }
            }
            history.queued(today + 1, "a", "discarded", 1)
                    .queued(today + 1, "b", "dead", 1)
                    .sealUntil(today);
            // The database's clock cannot be moved, so the times are: this is today's cleanup.
            RetentionReport report = Settings.run(
                    database,
                    "events=" + (today + 30) + "d",
                    "duplicates=" + (today + 60) + "d",
                    "event-types[0].name=b",
                    "event-types[0].events=" + (today + 7) + "d",
                    "event-types[0].duplicates=" + (today + 14) + "d",
                    "batch-size=50");
            assertThat(report.outcome()).as(report.problems().toString()).isEqualTo(CleanupOutcome.COMPLETED);
            Invariants.assertNoRow(jdbc);
        }
        assertThat(history.count("processed_events", "event_type = 'a'")).isEqualTo(6 * 30);
        assertThat(history.count("processed_events", "event_type = 'b'")).isEqualTo(6 * 7);
        assertThat(history.count("queued_events", "state = 'dead'")).isEqualTo(10);
    }

    @Test
    void dryRunSaysWhatWouldGo() {
        history.events(40, "a", 10).events(40, "b", 5).events(41, "a", 3).duplicates(40, "a", Duration.ofSeconds(1));
        history.seal();
        try (Retention retention = Settings.retention(database)) {
            RetentionReport plan = retention.plan(Duration.ofDays(35));
            assertThat(plan.removals())
                    .extracting(r -> r.table() + " " + r.eventType() + " " + r.day() + " " + r.rows())
                    .containsExactly(
                            "processed_events a " + day(41) + " 3",
                            "processed_events a " + day(40) + " 10",
                            "processed_events b " + day(40) + " 5",
                            "duplicate_deliveries a " + day(40) + " 10");
            assertThat(history.count("processed_events")).isEqualTo(18);
            assertThat(history.count("cleanup_runs")).isZero();
            assertThat(retention.plan(Duration.ofDays(100)).removals()).isEmpty();
            assertThat(retention
                            .runOnce(new CleanupOrder("m", "h", "r", Duration.ofDays(35)))
                            .rows())
                    .isEqualTo(28);
            assertThat(retention.plan(Duration.ofDays(35)).removals()).isEmpty();
        }
    }

    /** Events removed so far: type, how many, whether without a seal. */
    private List<String> removals() {
        return jdbc.sql("""
                        select event_type || ' ' || rows_removed || ' ' || unsealed
                          from inbox.audit_cleanups
                         where table_name = 'processed_events'
                         order by began_at
                        """).query(String.class).list();
    }

    private String day(int daysAgo) {
        return history.day(daysAgo).atZone(ZoneOffset.UTC).toLocalDate().toString();
    }
}
