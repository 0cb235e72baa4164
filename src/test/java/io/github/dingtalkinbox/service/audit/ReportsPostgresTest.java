package io.github.dingtalkinbox.service.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The reports on three months of events, two an hour and type, of which they are asked a few hours. */
@Postgres
class ReportsPostgresTest {
    static final List<String> NAMES =
            AuditFile.all("reports").stream().map(AuditFile::name).toList();

    private static final Instant TO = Instant.parse("2026-11-24T12:00:00Z");
    private static final Instant FROM = TO.minus(3, ChronoUnit.HOURS);
    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    private final TestDatabase database;
    private final JdbcClient jdbc;

    ReportsPostgresTest(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @BeforeAll
    static void threeMonths(TestDatabase database) {
        JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
        jdbc.execute("""
                insert into inbox.processed_events (event_id, natural_key, app, corp_id, event_type, transport, occurred_at,
                                              received_at, processed_at, payload, payload_sha256)
                select 'default:' || n, 'default:ding1:' || type || ':approval-' || n || ':finish', 'default', 'ding1', type, 'http',
                       at - n % 50 * interval '3 seconds', at, at + interval '5 ms',
                       jsonb_build_object('processInstanceId', 'approval-' || n, 'title', '请假'), sha256('')
                  from (select n, timestamptz '2026-11-24T12:00:00Z' - n * interval '6 minutes' as at,
                               (array['bpms_instance_change', 'bpms_task_change', 'check_in'])[1 + n % 3] as type
                          from generate_series(1, 20000) n) e;
                insert into inbox.accepted_events
                select event_id, null, corp_id, event_type, received_at from inbox.processed_events;
                insert into inbox.duplicate_deliveries (event_id, corp_id, event_type, matched_by, same_payload, since_first,
                                                  received_at, recorded_at, transport, payload)
                select event_id, corp_id, event_type, 'event_id', event_id not like '%00', interval '30 ms',
                       received_at + interval '30 ms', processed_at + interval '30 ms',
                       'http', case when event_id like '%00' then '{"title": "加班"}'::jsonb end
                  from inbox.processed_events;
                insert into inbox.handling_times
                select event_id, app, corp_id, event_type, received_at, interval '20 ms' from inbox.processed_events;
                insert into inbox.approval_instances (corp_id, process_instance_id, created_at, start_event_id)
                select corp_id, payload ->> 'processInstanceId', occurred_at, event_id
                  from inbox.processed_events where event_type = 'bpms_instance_change';
                insert into inbox.approval_tasks (corp_id, process_instance_id, task_key, created_at, start_event_id)
                select corp_id, payload ->> 'processInstanceId', 'task:1', occurred_at, event_id
                  from inbox.processed_events where event_type = 'bpms_task_change';
                insert into inbox.event_seals (seal_number, kind, table_name, hour, event_type, row_count, key_id, content, seal)
                select n, 'rows', 'processed_events', timestamptz '2026-11-24T12:00:00Z' - (3000 - n) * interval '1 hour',
                       'check_in', 1, 'key', sha256(''), sha256('')
                  from generate_series(1, 2999) n;
                insert into inbox.operator_actions (event_id, corp_id, event_type, action, state_before, attempts_before, operator,
                                              origin, reason, acted_at)
                select event_id, corp_id, event_type, 'replay', 'dead', 1, '李四', 'here', '已修复', received_at
                  from inbox.processed_events where event_id like '%7';
                analyze
                """);
    }

    @Test
    void thereAreReports() {
        assertThat(NAMES).hasSizeGreaterThanOrEqualTo(12);
        assertThat(Report.all()).allSatisfy(report -> {
            assertThat(report.question()).endsWith("?");
            assertThat(String.join(" ", report.explanation()))
                    .startsWith("Each row is ")
                    .contains("Normal: ");
        });
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void eachAnswersFromItsIndexes(String name) {
        ReportRows rows = new Audit(database.dataSource()).report(name, FROM, TO, SHANGHAI);
        assertThat(rows.columns()).doesNotHaveDuplicates();
        assertThat(Plans.of(name, FROM, TO, jdbc)).doesNotContainPattern(Plans.BIG);
    }

    @Test
    void theSmallOnesHaveIndexesToo() {
        // 2,000 rows an index serves better than a scan.
        assertThat(
                        String.join(
                                "\n",
                                plan(
                                        "select * from inbox.audit_actions where acted_at >= timestamptz '2026-11-24T12:00:00Z' - interval '1 hour'")))
                .contains("operator_actions_acted_at_idx");
    }

    @Test
    void aLookUpThroughAViewUsesAnIndex() {
        for (String query : List.of(
                "select * from inbox.audit_events where event_id = 'default:7'",
                "select * from inbox.audit_events where natural_key = 'default:ding1:check_in:approval-8:finish'",
                "select * from inbox.audit_events where event_id = any (inbox.audit_events_of_approval('approval-8'))",
                "select * from inbox.audit_events where recorded_at >= timestamptz '2026-11-24T12:00:00Z' - interval '3 hours'",
                "select * from inbox.audit_events where processed_at >= timestamptz '2026-11-24T12:00:00Z' - interval '3 hours'",
                "select * from inbox.audit_duplicates where event_id = 'default:7'",
                "select * from inbox.audit_duplicates where recorded_at >= timestamptz '2026-11-24T12:00:00Z' - interval '3 hours'",
                "select * from inbox.audit_conflicts where recorded_at >= timestamptz '2026-11-24T12:00:00Z' - interval '3 days'",
                "select * from inbox.audit_daily where day >= date '2026-11-23'",
                "select * from inbox.audit_approvals where process_instance_id = 'approval-6'",
                "select * from inbox.audit_tasks where process_instance_id = 'approval-7'",
                "select * from inbox.audit_payloads where event_id = 'default:7'",
                "select * from inbox.audit_handling_times where handled_at >= timestamptz '2026-11-24T12:00:00Z' - interval '3 hours'",
                "select * from inbox.audit_seals where hour >= timestamptz '2026-11-24T12:00:00Z' - interval '3 hours'")) {
            assertThat(String.join("\n", plan(query))).as(query).doesNotContainPattern(Plans.BIG);
        }
    }

    /** Its plan is hidden in the function. */
    @Test
    void theEventsOfAnApprovalAreFoundByTheIndexThatIsThere() {
        String body = jdbc.sql("select prosrc from pg_proc where proname = 'audit_events_of_approval'")
                .query(String.class)
                .single();
        assertThat(String.join("\n", plan(body.replace("$1", "'approval-8'"))))
                .doesNotContainPattern(Plans.BIG)
                .contains("Index Cond: ((p_1.natural_key >= ");
        assertThat(jdbc.sql("select unnest(inbox.audit_events_of_approval('approval-8'))")
                        .query(String.class)
                        .list())
                .containsExactly("default:8");
    }

    @Test
    void theGrowthIsThatOfTheWholeDays() {
        ReportRows rows =
                new Audit(database.dataSource()).report("growth", TO.minus(10, ChronoUnit.DAYS), TO, ZoneOffset.UTC);
        List<Object> forecast = rows.rows().stream()
                .filter(row -> !"arrived".equals(row.get(1)))
                .map(row -> (Object)
                        List.of(String.valueOf(row.get(1)), String.valueOf(row.get(2)), String.valueOf(row.get(3))))
                .toList();
        assertThat(rows.rows()).hasSize(11 + 4);
        // 240 a day; 120 of the last one
        assertThat(forecast)
                .containsExactly(
                        List.of("now", "20000", "20000"),
                        List.of("in 30 days", growth(30), growth(30)),
                        List.of("in 90 days", growth(90), growth(90)),
                        List.of("in 365 days", growth(365), growth(365)));
    }

    /** What is as old as the oldest event, some days before today, goes; a day that brings as much comes. */
    @Test
    void theGrowthEndsWhereTheCleanupRemovesAsMuch() {
        jdbc.sql("""
                        insert into inbox.cleanup_runs (run_id, table_name, event_type, day, rows_removed, operator, origin, reason)
                        select gen_random_uuid(), name, 'check_in', '2026-08-31T00:00:00Z', 7, 'maria', 'here', 'night'
                          from unnest(array['processed_events', 'duplicate_deliveries']) name
                        """).update();
        try {
            List<Object> events = values("growth", TO.minus(10, ChronoUnit.DAYS), TO, ZoneOffset.UTC, "events");
            long days = ChronoUnit.DAYS.between(TO.minus(120_000, ChronoUnit.MINUTES), Instant.now());
            assertThat(events.subList(12, 15)).allSatisfy(event -> assertThat(((Number) event).longValue())
                    .isLessThan(Math.max(20_000, (days + 1) * 240)));
        } finally {
            jdbc.sql("truncate inbox.cleanup_runs").update();
        }
    }

    private static String growth(int days) {
        return String.valueOf(20_000 + Math.round(days * (10 * 240 + 120) / 11.0));
    }

    @Test
    void whatIsNotSelectedCostsNothing() {
        assertThat(String.join("\n", plan("select event_type, count(*) from inbox.audit_events group by 1")))
                .doesNotContain("masked_payload", "SubPlan", "duplicate_deliveries");
    }

    @Test
    void aDayIsOneOfTheTimeZone() {
        Instant end = TO.plus(1, ChronoUnit.DAYS);
        assertThat(values("duplicates_by_day", FROM, end, SHANGHAI, "day"))
                .contains(TO.minus(10, ChronoUnit.MINUTES).atZone(SHANGHAI).toLocalDate());
        // A time zone in which it is another day just now. PostgreSQL takes the sign of UTC+14 for the opposite.
        for (ZoneId zone : List.of(ZoneId.of("+14:00"), ZoneId.of("UTC-11:30"), ZoneId.of("Pacific/Kiritimati"))) {
            List<Object> days = values("duplicates_by_day", TO, end, zone, "day");
            assertThat(days).isNotEmpty().allSatisfy(day -> assertThat((LocalDate) day)
                    .isBetween(TO.atZone(zone).toLocalDate(), end.atZone(zone).toLocalDate()));
        }
        assertThat(values("operator_actions", FROM, TO, ZoneId.of("+08:00"), "acted_at"))
                .isNotEmpty()
                .allSatisfy(at -> assertThat(((OffsetDateTime) at).getOffset()).isEqualTo(ZoneOffset.ofHours(8)));
    }

    @Test
    void theShareIsThatOfTheDeliveries() {
        assertThat(values("duplicates_by_day", FROM, TO, SHANGHAI, "duplicate_share"))
                .isNotEmpty()
                .allSatisfy(share -> assertThat(new java.math.BigDecimal(String.valueOf(share)).doubleValue())
                        .isBetween(0.4, 0.6));
    }

    @Test
    void theDatabaseIsOnlyRead() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            var single = new SingleConnectionDataSource(connection, true);
            new Audit(single).report("traffic", FROM, TO, ZoneId.of("+05:00"));
            try (Statement statement = connection.createStatement();
                    var zone = statement.executeQuery("show timezone")) {
                zone.next();
                assertThat(zone.getString(1))
                        .as("the pool's session is as it was")
                        .isEqualTo("America/Los_Angeles");
            }
            assertThat(connection.getAutoCommit()).isTrue();
        }
    }

    /** As inbox_auditor has it: the views, and nothing behind them. */
    @Test
    void whoMaySelectTheViewsAloneCanAskEverything() throws Exception {
        String role = "auditor_" + database.name();
        try (Connection connection = database.dataSource().getConnection()) {
            var single = new SingleConnectionDataSource(connection, true);
            JdbcClient session = JdbcClient.create(single);
            session.sql("create role " + role).update();
            try {
                session.sql("grant usage on schema inbox to " + role).update();
                session.sql("select format('grant select on inbox.%I to " + role + "', viewname) from pg_views"
                                + " where schemaname = 'inbox' and viewname like 'audit\\_%'"
                                + " and viewname <> 'audit_payloads'")
                        .query(String.class)
                        .list()
                        .forEach(grant -> session.sql(grant).update());
                session.sql("set role " + role).update();
                assertThat(new Audit(single).invariants()).isNotEmpty();
                for (String name : NAMES) {
                    assertThat(new Audit(single)
                                    .report(name, FROM, TO, SHANGHAI)
                                    .columns())
                            .isNotEmpty();
                }
                assertThat(session.sql("select payload::text from inbox.audit_events where event_id = 'default:7'")
                                .query(String.class)
                                .single())
                        .isEqualTo("{\"title\": \"***\", \"processInstanceId\": \"***\"}");
            } finally {
                session.sql("reset role").update();
                session.sql("drop owned by " + role).update();
                session.sql("drop role " + role).update();
            }
        }
    }

    private List<Object> values(String report, Instant from, Instant to, ZoneId zone, String column) {
        ReportRows rows = new Audit(database.dataSource()).report(report, from, to, zone);
        int index = rows.columns().indexOf(column);
        return rows.rows().stream().map(row -> row.get(index)).toList();
    }

    private List<String> plan(String query) {
        return jdbc.sql("explain verbose " + query).query(String.class).list().stream()
                .map(line -> line.replace("inbox.", ""))
                .toList();
    }
}
