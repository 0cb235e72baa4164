package io.github.dingtalkinbox.service.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.CleanupOrder;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.retention.RetentionProperties;
import io.github.dingtalkinbox.internal.retention.RetentionProperties.TypePeriods;
import io.github.dingtalkinbox.internal.retention.RetentionReport;
import io.github.dingtalkinbox.internal.seal.TestSeals;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Each invariant on a log of 60 days, of which the cleanup has removed what was due: approvals after 7 days, tasks after
 * 20, everything else after 30, and duplicates after 50. Nothing is found in it; and each thing that goes wrong is, by
 * the one that asks for it.
 */
@Postgres
class InvariantsPostgresTest {
    static final List<Violation> VIOLATIONS = List.of(
            new Violation(
                    "accepted_event_lost", "insert into inbox.accepted_events values ('x', null, 'ding1', 'check_in')"),
            new Violation(
                    "approval_without_event",
                    "insert into inbox.approval_instances (corp_id, process_instance_id, created_at, start_event_id)"
                            + " values ('ding1', 'by-hand', now(), 'default:by-hand')"),
            new Violation(
                    "approval_without_event sealed_rows_miscounted duplicate_without_event",
                    "delete from inbox.processed_events where event_id = (select max(event_id) from inbox.processed_events"
                            + " where event_type = 'bpms_instance_change' and processed_at between now() - interval '5 days' and now() - interval '3 days')"),
            new Violation(
                    "task_without_event sealed_rows_miscounted duplicate_without_event",
                    "delete from inbox.processed_events where event_id = (select max(event_id) from inbox.processed_events"
                            + " where event_type = 'bpms_task_change' and processed_at < now() - interval '10 days'"
                            + " and processed_at > now() - interval '15 days')"),
            new Violation(
                    "duplicate_without_event sealed_rows_miscounted",
                    "insert into inbox.duplicate_deliveries (event_id, corp_id, event_type, matched_by, same_payload, since_first,"
                            + " received_at, recorded_at, transport) values ('default:nobody', 'ding1', 'check_in', 'event_id',"
                            + " true, interval '1 second', now() - interval '20 days', now() - interval '20 days', 'http')"),
            new Violation(
                    "event_processed_twice sealed_rows_miscounted",
                    "alter table inbox.processed_events drop constraint processed_events_event_id_key;"
                            + " alter table inbox.processed_events drop constraint processed_events_natural_key_key;"
                            + " insert into inbox.processed_events select * from inbox.processed_events"
                            + " where processed_at = (select min(processed_at) from inbox.processed_events)"),
            new Violation(
                    "processed_event_still_queued",
                    queued("(select max(event_id) from inbox.processed_events)", "dead", "null")),
            new Violation("queued_event_stuck", queued("'default:stuck'", "pending", "now() - interval '6 minutes'")),
            new Violation(
                    "queued_event_not_accepted",
                    queued("'default:unaccepted'", "pending", "now()")
                            + "; delete from inbox.accepted_events where event_id = 'default:unaccepted'"),
            new Violation(
                    "window_without_event",
                    "insert into inbox.identity_windows values ('default:ding1:check_in:sha256:00', 'ding1', now(), interval '1 h')"),
            new Violation(
                    "seal_gap",
                    "update inbox.event_seals set seal_number = seal_number + 10000 where seal_number > 100"),
            new Violation(
                    "seal_gap sealed_rows_miscounted",
                    "delete from inbox.event_seals where hour = (select max(hour) from inbox.event_seals where row_count > 0"
                            + " and hour < now() - interval '10 hours')"),
            new Violation(
                    "seal_gap",
                    "update inbox.event_seals set hour = hour + interval '1 hour'"
                            + " where kind = 'rows' and hour = (select max(hour) from inbox.event_seals where kind = 'rows')"),
            new Violation(
                    "sealed_rows_miscounted",
                    "update inbox.processed_events set processed_at = processed_at - interval '2 hours'"
                            + " where event_id = (select max(event_id) from inbox.processed_events"
                            + " where processed_at < now() - interval '5 hours')"));

    private final TestDatabase database;
    private final JdbcClient jdbc;
    private final Audit audit;

    InvariantsPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
        this.audit = new Audit(database.dataSource());
    }

    @BeforeEach
    void sixtyDays() {
        jdbc.sql("""
                        truncate inbox.processed_events, inbox.queued_events, inbox.accepted_events, inbox.duplicate_deliveries, inbox.identity_windows,
                                 inbox.approval_instances, inbox.approval_tasks, inbox.event_seals, inbox.operator_actions, inbox.cleanup_runs, inbox.cleanup_lock;
                        alter table inbox.processed_events drop constraint if exists processed_events_event_id_key,
                                                     drop constraint if exists processed_events_natural_key_key;
                        alter table inbox.processed_events add constraint processed_events_event_id_key unique (event_id),
                                                     add constraint processed_events_natural_key_key unique (natural_key)
                        """).update();
        jdbc.sql("""
                        insert into inbox.processed_events (event_id, natural_key, app, corp_id, event_type, transport, occurred_at,
                                                      received_at, processed_at, payload, payload_sha256)
                        select 'default:' || n, 'default:key:' || n, 'default', 'ding1',
                               (array['bpms_instance_change', 'bpms_task_change', 'check_in'])[1 + n % 3], 'http',
                               at - interval '1 second', at, at, '{}', sha256('')
                          from (select n, now() - n * interval '4 hours 7 minutes' as at from generate_series(1, 351) n) e
                        """).update();
        jdbc.sql("""
                        insert into inbox.accepted_events
                        select event_id, natural_key, corp_id, event_type, received_at
                          from inbox.processed_events where right(event_id, 1) in ('3', '6')
                        """).update();
        jdbc.sql("""
                        insert into inbox.duplicate_deliveries (event_id, corp_id, event_type, matched_by, same_payload,
                                                          since_first, received_at, recorded_at, transport)
                        select event_id, corp_id, event_type, 'event_id', true, interval '11 s',
                               received_at + interval '11 s', processed_at + interval '11 s', 'http'
                          from inbox.processed_events
                        """).update();
        jdbc.sql("""
                        insert into inbox.approval_instances (corp_id, process_instance_id, created_at, start_event_id)
                        select corp_id, event_id, occurred_at, event_id
                          from inbox.processed_events where event_type = 'bpms_instance_change'
                        """).update();
        jdbc.sql("""
                        insert into inbox.approval_tasks (corp_id, process_instance_id, task_key, created_at, start_event_id)
                        select corp_id, event_id, 'task:1', occurred_at, event_id
                          from inbox.processed_events where event_type = 'bpms_task_change'
                        """).update();
        // Discarded and long gone, with a duplicate that is still known.
        jdbc.sql(queued("'default:discarded'", "discarded", "null")).update();
        jdbc.sql("update inbox.queued_events set changed_at = now() - interval '40 days'")
                .update();
        jdbc.sql("""
                        insert into inbox.operator_actions (event_id, corp_id, event_type, action, state_before, attempts_before,
                                                      operator, origin, reason)
                        values ('default:discarded', 'ding1', 'check_in', 'discard', 'dead', 1, 'me', 'here', 'why not')
                        """).update();
        jdbc.sql("""
                        insert into inbox.duplicate_deliveries (event_id, corp_id, event_type, matched_by, same_payload,
                                                          since_first, received_at, recorded_at, transport)
                        values ('default:discarded', 'ding1', 'check_in', 'queued', true, '1 s', now() - interval '41 days',
                                now() - interval '41 days', 'http')
                        """).update();
        TestSeals.sealUntil(
                database, Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(1)));
        cleanUp();
    }

    private void cleanUp() {
        RetentionProperties properties = new RetentionProperties(
                Duration.ofDays(30),
                Duration.ofDays(50),
                List.of(
                        new TypePeriods("bpms_instance_change", Duration.ofDays(7), null),
                        new TypePeriods("bpms_task_change", Duration.ofDays(20), null)),
                "-",
                null,
                2000,
                Duration.ZERO,
                null,
                null);
        try (Retention retention =
                Retention.on(database.dataSource(), properties, TestSeals.KEYS, "test", CleanupListener.NONE)) {
            RetentionReport report = retention.runOnce(new CleanupOrder("test", "test", "it is due", null));
            assertThat(report.problems()).isEmpty();
        }
    }

    @Test
    void afterMonthsOfCleanupNothingIsFound() {
        assertThat(count("processed_events")).isBetween(50L, 150L);
        assertThat(count("duplicate_deliveries")).isGreaterThan(250);
        assertThat(found()).isEmpty();
    }

    /** The time of an approval is DingTalk's, and its event was removed by the database's. */
    @ParameterizedTest
    @ValueSource(strings = {"2999-01-01", "1970-01-01"})
    void anApprovalThatHappenedInAnotherAgeIsNoViolation(String created) {
        jdbc.sql("update inbox.approval_instances set created_at = cast(? as timestamptz)")
                .param(created)
                .update();
        jdbc.sql("update inbox.approval_tasks set created_at = cast(? as timestamptz)")
                .param(created)
                .update();
        assertThat(found()).isEmpty();
    }

    @Test
    void everyInvariantIsPlanted() {
        assertThat(VIOLATIONS.stream()
                        .flatMap(v -> Stream.of(v.finds().split(" ", -1)))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(AuditFile.all("invariants").stream()
                        .map(AuditFile::name)
                        .toList());
    }

    @ParameterizedTest
    @FieldSource("VIOLATIONS")
    void whatGoesWrongIsFound(Violation violation) {
        for (String statement : violation.plant().split(";", -1)) {
            assertThat(jdbc.sql(statement).update()).as(statement).isGreaterThanOrEqualTo(0);
        }
        assertThat(found()).containsExactlyInAnyOrder(violation.finds().split(" ", -1));
    }

    private List<String> found() {
        return audit.invariants().stream()
                .filter(findings -> !findings.isEmpty())
                .map(InvariantFindings::name)
                .toList();
    }

    private long count(String table) {
        return jdbc.sql("select count(*) from inbox." + table).query(Long.class).single();
    }

    private static String queued(String eventId, String state, String nextAttemptAt) {
        return """
                with q as (
                  insert into inbox.queued_events (event_id, ordering_key, app, corp_id, event_type, state, attempts,
                                             next_attempt_at, late_copy, transport, received_at, payload, payload_sha256)
                  values (%1$s, %1$s, 'default', 'ding1', 'check_in', '%2$s', 1, %3$s, false, 'http', now(), '{}',
                          sha256(''))
                  returning event_id)
                insert into inbox.accepted_events select event_id, null, 'ding1', 'check_in' from q on conflict do nothing
                """.formatted(eventId, state, nextAttemptAt);
    }

    /**
     * Something that goes wrong.
     *
     * @param finds the invariants that find it
     */
    record Violation(String finds, String plant) {}
}
