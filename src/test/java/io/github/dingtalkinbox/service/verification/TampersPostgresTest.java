package io.github.dingtalkinbox.service.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dingtalkinbox.internal.retention.CleanupListener;
import io.github.dingtalkinbox.internal.retention.CleanupOrder;
import io.github.dingtalkinbox.internal.retention.Retention;
import io.github.dingtalkinbox.internal.retention.RetentionProperties;
import io.github.dingtalkinbox.internal.retention.RetentionReport;
import io.github.dingtalkinbox.internal.retention.RetentionReport.CleanupOutcome;
import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.internal.seal.TestSeals;
import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.service.audit.Audit;
import io.github.dingtalkinbox.service.restore.Restore;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What an attacker did with the two passwords of the service, and a DBA with all rights, but without the key. Each is
 * found by {@code audit verify --seals} as the role that is made for it; and in an honest log nothing is.
 *
 * <p>The log: events of 40 days ago, which the cleanup removed; of 35 days ago, of which a legal hold keeps one approval; and
 * of 20 and 10 days ago.
 */
@Postgres
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TampersPostgresTest {
    private static final String DAY = "date_trunc('day', now(), 'UTC') - interval '%d hours'";

    private final TestDatabase beside;
    private TestDatabase owner;
    private TestDatabase app;
    private TestDatabase cleanup;
    private TestDatabase auditor;
    private History history;

    TampersPostgresTest(TestDatabase database) {
        this.beside = database;
    }

    @BeforeAll
    void roles() {
        owner = Roles.newDatabase(beside, "tampers");
        app = owner.as("inbox_app");
        cleanup = owner.as("inbox_cleanup");
        auditor = owner.as("inbox_payload_auditor");
        history = new History(owner);
    }

    @AfterAll
    void drop() {
        List.of(app, cleanup, auditor).forEach(TestDatabase::close);
        Roles.drop(owner, beside);
    }

    @BeforeEach
    void anHonestLog() {
        history.empty();
        update("truncate inbox.approval_instances, inbox.approval_tasks");
        for (int day : new int[] {40, 35, 20, 10}) {
            history.events(day, "bpms_instance_change", 12).events(day, "check_in", 12);
        }
        history.duplicates(20, "check_in", Duration.ofSeconds(10));
        update("""
                update inbox.processed_events
                   set payload = payload || jsonb_build_object('processInstanceId', event_id)
                 where event_type = 'bpms_instance_change'
                """);
        update("""
                insert into inbox.approval_instances (corp_id, process_instance_id, result, ending, start_event_id, end_event_id)
                select corp_id, event_id, 'refuse', 'finished', event_id, event_id
                  from inbox.processed_events
                 where event_type = 'bpms_instance_change'
                """);
        update("""
                insert into inbox.operator_actions
                       (event_id, corp_id, event_type, action, state_before, attempts_before, operator, origin, reason, acted_at)
                values ('check_in-20-3', 'ding1', 'check_in', 'replay', 'dead', 3, 'maria', 'here', 'mended', %s)
                """.formatted(DAY.formatted(20 * 24)));
        update("""
                insert into inbox.legal_holds (process_instance_id, operator, origin, reason, placed_at)
                values ('bpms_instance_change-35-3', 'maria', 'here', 'case 7', %s)
                """.formatted(DAY.formatted(34 * 24)));
        history.seal();
        assertThat(clean().outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(history.count("processed_events")).isEqualTo(2 * 24 + 1);
    }

    @Test
    void inAnHonestLogNothingIsFound(@TempDir Path archive) throws IOException {
        assertThat(found()).isEmpty();
        // What is released is removed by the next run, which has a new key.
        update("insert into inbox.legal_hold_releases (hold_id, operator, origin, reason)"
                + " select hold_id, 'maria', 'here', 'settled' from inbox.legal_holds");
        assertThat(clean(archive, TestSeals.WITH_A_NEW_KEY).outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(history.count("processed_events")).isEqualTo(2 * 24);
        assertThat(found(TestSeals.WITH_A_NEW_KEY)).isEmpty();
        Restore restore = new Restore(owner.dataSource(), TestSeals.WITH_A_NEW_KEY);
        try (Stream<Path> files = Files.list(archive)) {
            for (Path file : files.toList()) {
                assertThat(restore.load(file).rows()).isEqualTo(1);
            }
        }
        // A node whose clock is 3 s ahead says when an event arrived; when it was processed, the database says.
        update(app, """
                insert into inbox.processed_events (event_id, app, corp_id, event_type, transport, received_at, payload, payload_sha256)
                values ('x', 'default', 'ding1', 'check_in', 'http', now() + interval '3 seconds', '{}', sha256(''))
                """);
        assertThat(found(TestSeals.WITH_A_NEW_KEY)).isEmpty();
        assertThat(clean().problems())
                .as("without the new key")
                .singleElement()
                .asString()
                .contains("previous-keys");
        assertThat(clean(null, TestSeals.WITH_A_NEW_KEY).rows()).isZero();
        assertThat(found(TestSeals.WITH_A_NEW_KEY)).isEmpty();
    }

    /** T8, T9, T18, T19, T20: a day that is said to be removed, and then is changed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "T8  | delete from inbox.processed_events where processed_at < %s and event_id like 'check_in-20-%%'",
                "T9  | delete from inbox.processed_events where %s is not null and event_id = 'check_in-20-5'",
                "T18 | update inbox.processed_events set payload = '{}' where %s is not null and event_id = 'check_in-20-5'",
                "T19 | insert into inbox.processed_events select 'forged', null, app, corp_id, event_type, transport, occurred_at, received_at,"
                        + " processed_at, payload, payload_sha256 from inbox.processed_events where %s is not null and event_id = 'check_in-20-5'",
                "T20 | update inbox.processed_events set event_id = 'other', natural_key = 'other' where %s is not null and event_id = 'check_in-20-5'",
            })
    void dayThatIsSaidToBeRemoved(String name, String tamper) {
        for (boolean passedOff : new boolean[] {false, true}) {
            anHonestLog();
            if (passedOff) {
                passOffAsRemoved();
            }
            update(tamper.formatted(DAY.formatted(20 * 24 - 6)));
            assertThat(found()).as(name).anySatisfy(finding -> assertThat(finding)
                    .contains("check_in"));
        }
    }

    /** Nobody can set it, but the owner of the tables can write all that the cleanup would. */
    private void passOffAsRemoved() {
        update("""
                with run as (
                  insert into inbox.cleanup_runs (run_id, table_name, event_type, day, rows_removed, operator, origin, reason, ended_at)
                  values (gen_random_uuid(), 'processed_events', 'check_in', %s, 1, 'schedule', 'node', 'schedule', now())
                  returning *)
                insert into inbox.event_seals
                       (seal_number, kind, table_name, event_type, hour, row_count, run_id, key_id, content, seal)
                select (select max(seal_number) from inbox.event_seals) + n, kind, table_name, event_type, day, 0, run_id,
                       (select key_id from inbox.event_seals limit 1), sha256('x'), sha256('x')
                  from run cross join (values (1, 'removal'), (2, 'removed')) k (n, kind)
                """.formatted(DAY.formatted(20 * 24)));
    }

    @Test
    void t22WithTheTwoPasswordsOfTheService() {
        update(cleanup, """
                select inbox.cleanup_start(u, 'schedule', 'node-1/4711', 'schedule'),
                       inbox.cleanup_begin(u, 'processed_events', '{check_in}', %s, null, array[null]::bigint[], null, 2)
                  from (select gen_random_uuid() as u offset 0) r
                """.formatted(DAY.formatted(20 * 24)));
        assertThat(history.count("processed_events")).as("nothing goes").isEqualTo(2 * 24 + 1);
        assertThatThrownBy(() -> update(app, """
                insert into inbox.processed_events
                       (event_id, app, corp_id, event_type, transport, received_at, processed_at, payload, payload_sha256)
                values ('forged', 'default', 'ding1', 'check_in', 'http', now(), %s, '{}', sha256(''))
                """.formatted(DAY.formatted(20 * 24))))
                .matches(SqlStates::isForbidden, "permission denied for table processed_events");
        update(
                app,
                "update inbox.approval_instances set result = 'agree' where process_instance_id = 'bpms_instance_change-20-4'");
        assertThat(found())
                .hasSize(3)
                .anySatisfy(finding ->
                        assertThat(finding).contains("approval bpms_instance_change-20-4", "not as they were sealed"))
                .anySatisfy(finding -> assertThat(finding).contains("cleanup_runs, run ", "the row has no seal"));
    }

    @Test
    void h2CleanupRemovesNothingThatWasChanged() {
        history.empty().events(40, "check_in", 12).seal();
        update("update inbox.processed_events set payload = '{\"amount\": 1}' where event_id = 'check_in-40-3'");
        RetentionReport report = clean();
        assertThat(report.outcome()).isEqualTo(CleanupOutcome.REFUSED);
        assertThat(report.problems()).singleElement().asString().contains("one or more were changed or exchanged");
        assertThat(history.count("processed_events")).isEqualTo(12);
        assertThat(found()).singleElement().asString().contains("one or more were changed or exchanged");
    }

    @Test
    void m1SealOfTheFutureEndsNothing() {
        update(app, """
                insert into inbox.event_seals (seal_number, kind, table_name, event_type, hour, row_count, key_id, content, seal)
                select 999999, 'rows', 'processed_events', 'x', '2030-01-01T00:00:00Z', 1, key_id, sha256(''), sha256('')
                  from inbox.event_seals limit 1
                """);
        assertThat(found()).isNotEmpty();
        assertThatThrownBy(() -> TestSeals.seal(app, TestSeals.KEY))
                .hasMessageContaining(
                        "The seal 999999 of the hour 2030-01-01T00:00:00Z does not follow from the one before it");
        assertThat(clean().problems()).singleElement().asString().contains("The seal 999999");
    }

    @Test
    void m2RowOfAnotherTimeStopsNothing() {
        update(app, """
                insert into inbox.duplicate_deliveries
                       (event_id, corp_id, event_type, matched_by, same_payload, since_first, received_at, transport)
                values ('default:zz', '', 'x', 'event_id', true, interval '1000 years', '2999-01-01', 'http')
                """);
        assertThat(clean().outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(new Audit(auditor.dataSource()).invariants())
                .filteredOn(findings -> !findings.isEmpty())
                .singleElement()
                .satisfies(findings -> assertThat(findings.name()).isEqualTo("duplicate_without_event"));
    }

    /** Each table that is sealed, and each way to change it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cleanup_runs, run    | update inbox.cleanup_runs set reason = 'another' where table_name = 'processed_events'",
                "cleanup_runs, run    | update inbox.cleanup_runs set operator = 'another' where table_name = ''",
                "cleanup_runs, run    | update inbox.cleanup_runs set rows_removed = rows_removed + 1 where table_name = 'processed_events'",
                "cleanup_runs, run    | delete from inbox.cleanup_runs where table_name = ''",
                "duplicate_deliveries | update inbox.duplicate_deliveries set since_first = '1 second' where event_id = 'check_in-20-3'",
                "duplicate_deliveries | delete from inbox.duplicate_deliveries where event_id = 'check_in-20-3'",
                "operator_actions     | update inbox.operator_actions set operator = 'another'",
                "operator_actions     | delete from inbox.operator_actions",
                "legal_holds          | update inbox.legal_holds set process_instance_id = 'another'",
                "approval             | update inbox.approval_instances set result = 'agree' where process_instance_id = 'bpms_instance_change-40-4'",
                "approval             | delete from inbox.approval_instances where process_instance_id = 'bpms_instance_change-20-4'",
                "approval             | insert into inbox.approval_instances (corp_id, process_instance_id) values ('', 'forged')",
                "approval             | insert into inbox.approval_tasks (corp_id, process_instance_id, task_key) values ('ding1', 'bpms_instance_change-20-4', 't')",
                "approval_instances   | update inbox.approval_seals set content = sha256('x')",
                "approval_instances   | delete from inbox.approval_seals",
                "processed_events     | update inbox.processed_events set payload = '{}' where event_id = 'bpms_instance_change-35-3'",
                "processed_events     | delete from inbox.processed_events where event_id = 'bpms_instance_change-35-3'",
            })
    void whatIsSealedCannotBeChanged(String table, String tamper) {
        update(tamper);
        assertThat(found()).isNotEmpty().anySatisfy(finding -> assertThat(finding)
                .contains(table));
    }

    /** With the password of the service alone: a state of an hour that is not sealed must not hide the sealed ones. */
    @ParameterizedTest
    @CsvSource({
        "bpms_instance_change-20-4, 2999-01-01",
        "bpms_instance_change-20-4, 1999-01-01",
        "forged, 2999-01-01",
        "forged, 1999-01-01"
    })
    void stateOfAnotherTimeHidesNoApproval(String approval, String hour) {
        update(app, """
                insert into inbox.approval_seals (hour, process_instance_id, corp_id, content)
                values ('%s 00:00Z', '%s', 'ding1', sha256('x'))
                """.formatted(hour, approval));
        update(app, """
                insert into inbox.approval_instances (corp_id, process_instance_id, result) values ('ding1', '%s', 'agree')
                    on conflict (process_instance_id, corp_id) do update set result = excluded.result
                """.formatted(approval));
        assertThat(found()).anySatisfy(finding -> assertThat(finding).contains("approval " + approval));
    }

    /** A hold that is said to have been released when nothing was sealed yet, or is to be. */
    @ParameterizedTest
    @CsvSource({"1970-01-01, legal_hold_releases", "infinity, future", "2999-01-01, future"})
    void releaseOfAnotherTimeIsFound(String time, String finding) {
        update("insert into inbox.legal_hold_releases (hold_id, operator, origin, reason, released_at)"
                + " select hold_id, 'x', 'x', 'x', '%s' from inbox.legal_holds".formatted(time));
        assertThat(found()).singleElement().asString().contains(finding);
    }

    /** With a number after the last one, a forged seal of an old hour must not end the comparison there. */
    @Test
    void sealOfAnOldHourHidesNothing() {
        update("update inbox.processed_events set payload = '{}' where event_id = 'check_in-10-3'");
        update(app, """
                insert into inbox.event_seals (seal_number, kind, table_name, event_type, hour, row_count, key_id, content, seal)
                select max(seal_number) + 1, 'rows', 'x', 'x', min(hour), 1, min(key_id), sha256(''), sha256('')
                  from inbox.event_seals
                """);
        assertThat(found()).anySatisfy(finding -> assertThat(finding).contains("check_in", "changed or exchanged"));
    }

    /** What Java has no time for must not end the check, the sealer or the cleanup with something else than a finding. */
    @ParameterizedTest
    @CsvSource({"hour, 294000-01-01", "sealed_at, infinity", "sealed_at, -infinity"})
    void sealOfNoTimeIsFound(String column, String time) {
        update(app, """
                insert into inbox.event_seals
                select (jsonb_populate_record(s, jsonb_build_object('seal_number', s.seal_number + 1, 'table_name', 'x', '%s', '%s'))).*
                  from inbox.event_seals s order by seal_number desc limit 1
                """.formatted(column, time));
        assertThat(found()).anySatisfy(finding -> assertThat(finding).contains("the seal does not match its columns"));
        assertThatThrownBy(() -> TestSeals.seal(app, TestSeals.KEY)).hasMessageContaining("does not follow");
        assertThat(clean().outcome()).isEqualTo(CleanupOutcome.REFUSED);
    }

    @Test
    void sealThatIsNeverCommittedHoldsUpNobodyForEver() throws SQLException {
        try (Connection forgotten = app.dataSource().getConnection();
                Statement statement = forgotten.createStatement()) {
            forgotten.setAutoCommit(false);
            statement.executeUpdate("""
                    insert into inbox.event_seals
                    select seal_number + 1, kind, 'x', event_type, hour, row_count, run_id, key_id, content, seal
                      from inbox.event_seals order by seal_number desc limit 1
                    """);
            assertThatThrownBy(() -> TestSeals.begin(cleanup, "check_in", history.day(40)))
                    .matches(SqlStates::isInUse, "lock timeout");
            forgotten.rollback();
        }
    }

    /** A run that was killed after it began with what several hours had kept. */
    @Test
    void releasedHoldWhoseRowsAreLeftAfterACrashIsHonest() {
        update("insert into inbox.legal_holds (process_instance_id, operator, origin, reason, placed_at)"
                + " values ('case-8', 'maria', 'here', 'case 8', %s)".formatted(DAY.formatted(34 * 24)));
        history.events(33, "check_in", 96);
        update("update inbox.processed_events set payload = '{\"processInstanceId\": \"case-8\"}'"
                + " where event_id like 'check_in-33-%5'");
        update("truncate inbox.event_seals, inbox.approval_seals, inbox.cleanup_runs");
        history.seal();
        assertThat(clean().outcome()).isEqualTo(CleanupOutcome.COMPLETED);
        assertThat(history.count("processed_events", "event_id like 'check_in-33%'"))
                .isEqualTo(10);
        update(
                "insert into inbox.legal_hold_releases (hold_id, operator, origin, reason)"
                        + " select hold_id, 'maria', 'here', 'settled' from inbox.legal_holds where process_instance_id = 'case-8'");
        TestSeals.begin(cleanup, "check_in", history.day(33));
        assertThat(found()).isEmpty();
        RetentionReport report = clean();
        assertThat(report.problems()).isEmpty();
        assertThat(history.count("processed_events", "event_id like 'check_in-33%'"))
                .isZero();
        assertThat(found()).isEmpty();
    }

    private List<String> found() {
        return found(TestSeals.KEYS);
    }

    private List<String> found(SealKeys keys) {
        return new SealCheck(auditor.dataSource())
                .verify(keys, List.of(), hour -> {})
                .findings();
    }

    private RetentionReport clean() {
        return clean(null, TestSeals.KEYS);
    }

    private RetentionReport clean(@Nullable Path archive, SealKeys keys) {
        RetentionProperties properties = new RetentionProperties(
                Duration.ofDays(30), Duration.ofDays(90), List.of(), "-", archive, 2000, Duration.ZERO, null, null);
        try (Retention retention = Retention.on(cleanup.dataSource(), properties, keys, "node", CleanupListener.NONE)) {
            return retention.runOnce(new CleanupOrder("schedule", "node", "schedule", null));
        }
    }

    private void update(String statement) {
        update(owner, statement);
    }

    private static void update(TestDatabase as, String statement) {
        if (statement.stripLeading().startsWith("select")) {
            List<Map<String, Object>> rows = as.jdbc().sql(statement).query().listOfRows();
            assertThat(rows).hasSize(1);
        } else {
            assertThat(as.jdbc().sql(statement).update()).as(statement).isNotNegative();
        }
    }
}
