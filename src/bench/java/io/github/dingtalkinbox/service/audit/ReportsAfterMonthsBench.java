package io.github.dingtalkinbox.service.audit;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The reports on a log of ten days, of which the oldest one went and a new one came, ten times: none of them reads a big
 * table as a whole to answer for three hours, and how long each takes.
 */
@Postgres
@Tag("reports")
class ReportsAfterMonthsBench {
    private static final int ROWS = Integer.getInteger("bench.rows", 1_000_000);
    private static final int DAYS = 10;
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final TestDatabase database;
    private final JdbcClient jdbc;

    ReportsAfterMonthsBench(TestDatabase database) {
        this.database = database;
        this.jdbc = database.jdbc();
    }

    @Test
    void eachAnswersFromItsIndexes() throws Exception {
        aYearOfSeals();
        for (int day = 0; day < 2 * DAYS; day++) {
            fill(day);
            if (day >= DAYS) {
                remove(day - DAYS);
            }
            jdbc.sql("vacuum analyze").update();
        }
        Instant to = BEGIN.plus(2 * DAYS, ChronoUnit.DAYS).minus(2, ChronoUnit.HOURS);
        Instant from = to.minus(3, ChronoUnit.HOURS);
        for (Report report : Report.all()) {
            String plan = Plans.of(report.name(), from, to, jdbc);
            long began = System.nanoTime();
            ReportRows rows = new Audit(database.dataSource()).report(report.name(), from, to, ZoneOffset.UTC);
            System.out.printf(
                    Locale.ROOT,
                    "  %-28s %5d rows in %7.1f ms%n",
                    report.name(),
                    rows.rows().size(),
                    (System.nanoTime() - began) / 1e6);
            assertThat(plan).as(report.name()).doesNotContainPattern(Plans.BIG);
        }
    }

    /** They stay when the events go. */
    private void aYearOfSeals() {
        jdbc.sql("""
                        insert into inbox.event_seals
                               (seal_number, kind, table_name, hour, event_type, row_count, key_id, content, seal)
                        select n, 'rows', 'processed_events', cast(:end as timestamptz) - (8760 - n) * interval '1 hour',
                               'check_in', 1, 'bench', '', sha256('')
                          from generate_series(1, 8760) n
                        """)
                .param("end", BEGIN.plus(2 * DAYS, ChronoUnit.DAYS).toString())
                .update();
    }

    /** A third of the deliveries are twins, a tenth of the events has been queued. */
    private void fill(int day) {
        jdbc.sql("""
                        insert into inbox.processed_events (event_id, natural_key, app, corp_id, event_type, transport, occurred_at,
                                                      received_at, processed_at, payload, payload_sha256)
                        select 'default:' || md5(:day || '-' || n), 'default:key:' || md5(n || '-' || :day), 'default', 'ding1',
                               (array['bpms_instance_change', 'bpms_task_change', 'check_in'])[1 + n % 3], 'http', at, at,
                               at + interval '5 ms',
                               jsonb_build_object('processInstanceId', :day || '-' || n, 'text', repeat('x', 300)), sha256('')
                          from (select n, cast(:begin as timestamptz) + interval '24 hours' * (:number + n * 1.0 / :rows) as at
                                  from generate_series(0, :rows - 1) n) d
                        """)
                .param("day", String.valueOf(day))
                .param("number", day)
                .param("begin", BEGIN.toString())
                .param("rows", ROWS / DAYS)
                .update();
        of(day, """
                insert into inbox.duplicate_deliveries (event_id, corp_id, event_type, matched_by, same_payload, since_first,
                                                  received_at, recorded_at, transport)
                select event_id, corp_id, event_type, 'event_id', true, interval '30 ms', received_at + interval '30 ms',
                       processed_at + interval '30 ms', 'http'
                  from inbox.processed_events
                 where event_id < 'default:8' and
                """);
        of(day, """
                insert into inbox.handling_times
                select event_id, app, corp_id, event_type, received_at, interval '20 ms' from inbox.processed_events where
                """);
        of(day, """
                insert into inbox.accepted_events
                select event_id, natural_key, corp_id, event_type, received_at
                  from inbox.processed_events
                 where event_id < 'default:19' and
                """);
        of(day, """
                insert into inbox.approval_instances (corp_id, process_instance_id, created_at, start_event_id)
                select corp_id, payload ->> 'processInstanceId', occurred_at, event_id
                  from inbox.processed_events
                 where event_type = 'bpms_instance_change' and
                """);
        of(day, """
                insert into inbox.approval_tasks (corp_id, process_instance_id, task_key, created_at, start_event_id)
                select corp_id, payload ->> 'processInstanceId', 'task:1', occurred_at, event_id
                  from inbox.processed_events
                 where event_type = 'bpms_task_change' and
                """);
    }

    private void remove(int day) {
        of(day, "delete from inbox.accepted_events a using inbox.processed_events p where a.event_id = p.event_id and");
        of(day, "delete from inbox.processed_events where ");
        jdbc.sql("delete from inbox.handling_times where handled_at < cast(:end as timestamptz)")
                .param("end", BEGIN.plus(day + 1L, ChronoUnit.DAYS).toString())
                .update();
        jdbc.sql("delete from inbox.duplicate_deliveries where recorded_at < cast(:end as timestamptz)")
                .param("end", BEGIN.plus(day + 1L, ChronoUnit.DAYS).toString())
                .update();
    }

    /** The statement, for the events that were received on that day. */
    private void of(int day, String statement) {
        jdbc.sql(statement + " received_at >= cast(:begin as timestamptz) and received_at < cast(:end as timestamptz)")
                .param("begin", BEGIN.plus(day, ChronoUnit.DAYS).toString())
                .param("end", BEGIN.plus(day + 1L, ChronoUnit.DAYS).toString())
                .update();
    }
}
