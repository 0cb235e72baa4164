package io.github.dingtalkinbox.service.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

@Postgres
class AuditPostgresTest {
    private static final Instant AT = Instant.parse("2026-11-24T03:04:05.678Z");

    private final JdbcClient jdbc;
    private final Audit audit;

    @TempDir
    private Path directory;

    AuditPostgresTest(TestDatabase database) {
        this.jdbc = database.jdbc();
        this.audit = new Audit(database.dataSource());
    }

    @BeforeEach
    void empty() {
        jdbc.sql(
                        "truncate inbox.processed_events, inbox.queued_events, inbox.duplicate_deliveries, inbox.identity_windows")
                .update();
    }

    @Test
    void whatIsProcessedIsFoundHoweverItIsIdentified() throws IOException {
        SentEvent byId = event("id-1", "");
        SentEvent task = event("id-2", "7");
        processed("default:id-1", byId);
        // Pushed without an eventId the first time: only the business fields say that it is the same.
        processed(
                "default:ding1:bpms_task_change:instance-id-2:7:finish",
                new SentEvent(
                        "", task.corpId(), task.eventType(), task.processInstanceId(), task.taskId(), task.type()));

        JournalFindings findings = audit.compareWith(journal(success(byId), success(task)));
        assertThat(findings.isEmpty()).isTrue();
        assertThat(findings.answered()).isEqualTo(2).isEqualTo(findings.processed());
    }

    @Test
    void whatIsNowhereIsLost() throws IOException {
        processed("default:id-1", event("id-1", ""));
        JournalEntry lost = success(event("id-2", ""));
        JournalEntry lostTask = success(event("id-3", "7"));
        JournalEntry refused = new JournalEntry(AT, "HTTP 503", 1, event("id-4", ""), "http://localhost/");

        JournalFindings findings = audit.compareWith(journal(success(event("id-1", "")), lost, lostTask, refused));
        assertThat(findings.isEmpty()).isFalse();
        assertThat(findings.lost()).containsExactly(lost, lostTask);
        assertThat(findings.twice()).isEmpty();
        assertThat(findings.events()).isEqualTo(4);
        assertThat(findings.answered()).isEqualTo(3);
        assertThat(findings.processed()).isEqualTo(1);
    }

    @Test
    void anotherEventOfTheSameApprovalOrTaskIsAnotherOne() throws IOException {
        SentEvent finish = event("id-1", "7");
        processed("a", new SentEvent("", "ding1", "bpms_task_change", "instance-id-1", "8", "finish"));
        processed("b", new SentEvent("", "ding1", "bpms_task_change", "instance-id-1", "7", "start"));
        processed("c", new SentEvent("", "ding2", "bpms_task_change", "instance-id-1", "7", "finish"));
        processed("d", new SentEvent("", "ding1", "bpms_instance_change", "instance-id-1", "", "finish"));

        assertThat(audit.compareWith(journal(success(finish))).lost()).containsExactly(success(finish));
    }

    @Test
    void whatIsThereUnderTwoIdentitiesIsTwice() throws IOException {
        SentEvent event = event("id-1", "");
        processed("default:id-1", event);
        processed("default:something-else", event);
        processed("default:id-2", event("id-2", ""));

        JournalFindings findings = audit.compareWith(journal(success(event), success(event("id-2", ""))));
        assertThat(findings.isEmpty()).isFalse();
        assertThat(findings.twice()).containsExactly(success(event));
        assertThat(findings.lost()).isEmpty();
    }

    @Test
    void whatIsQueuedIsNotLostAndCountedByState() throws IOException {
        List<String> states = List.of("pending", "retrying", "dead", "discarded", "dead");
        Path journal = journal();
        for (int i = 0; i < states.size(); i++) {
            queued(event("id-" + i, ""), states.get(i));
            journal = journal(success(event("id-" + i, "")));
        }
        // A copy that was queued because the handlers were late, and they have committed since.
        processed("default:id-0", event("id-0", ""));

        JournalFindings findings = audit.compareWith(journal);
        assertThat(findings.isEmpty()).isTrue();
        assertThat(findings.queued()).isEqualTo(Map.of("retrying", 1, "dead", 2, "discarded", 1));
        assertThat(findings.processed()).isEqualTo(1);
    }

    @Test
    void emptyJournalHasNoFinding() throws IOException {
        assertThat(audit.compareWith(journal()).isEmpty()).isTrue();
    }

    @Test
    void invariantsOfAHealthyDatabaseHaveNoRow() {
        assertThat(audit.invariants()).hasSizeGreaterThanOrEqualTo(3).allSatisfy(query -> {
            assertThat(query.isEmpty()).as(query.name()).isTrue();
            assertThat(query.question()).endsWith("?");
        });
    }

    @Test
    void brokenInvariantShowsItsFirstRows() {
        jdbc.sql("""
                        insert into inbox.identity_windows (content_id, corp_id, seen_at, window_length)
                        select 'content-' || n, '', now(), interval '1 hour' from generate_series(1, 25) n
                        """).update();

        assertThat(audit.invariants())
                .filteredOn(query -> !query.isEmpty())
                .singleElement()
                .satisfies(query -> {
                    assertThat(query.name()).isEqualTo("window_without_event");
                    assertThat(query.rows()).hasSize(InvariantFindings.MOST_ROWS);
                    assertThat(query.rows().get(0)).containsKeys("content_id", "seen_at");
                    assertThat(query.more()).isTrue();
                });
    }

    private void processed(String storedAs, SentEvent event) {
        jdbc.sql("""
                        insert into inbox.processed_events
                               (event_id, app, corp_id, event_type, transport, received_at, payload, payload_sha256)
                        values (:stored_as, 'default', :corp_id, :event_type, 'http', cast(:at as timestamptz),
                                cast(:payload as jsonb), sha256(''))
                        """)
                .param("stored_as", storedAs)
                .param("corp_id", event.corpId())
                .param("event_type", event.eventType())
                .param("at", AT.toString())
                .param("payload", payload(event))
                .update();
    }

    private void queued(SentEvent event, String state) {
        jdbc.sql("""
                        insert into inbox.queued_events
                               (event_id, ordering_key, app, corp_id, event_type, state, attempts, next_attempt_at,
                                late_copy, transport, received_at, payload, payload_sha256)
                        values (:event_id, :event_id, 'default', :corp_id, :event_type, :state, 1,
                                case when :state in ('pending', 'retrying') then now() end,
                                false, 'http', cast(:at as timestamptz), cast(:payload as jsonb), sha256(''))
                        """)
                .param("event_id", "default:" + event.eventId())
                .param("corp_id", event.corpId())
                .param("event_type", event.eventType())
                .param("state", state)
                .param("at", AT.toString())
                .param("payload", payload(event))
                .update();
    }

    private Path journal(JournalEntry... entries) throws IOException {
        Path file = directory.resolve("journal.tsv");
        try (JournalFile journal = JournalFile.open(file)) {
            List.of(entries).forEach(journal::append);
        }
        return file;
    }

    private static JournalEntry success(SentEvent event) {
        return new JournalEntry(AT, JournalEntry.SUCCESS, 1, event, "http://localhost/");
    }

    private static SentEvent event(String id, String task) {
        String type = task.isEmpty() ? "bpms_instance_change" : "bpms_task_change";
        return new SentEvent(id, "ding1", type, "instance-" + id, task, "finish");
    }

    /** As DingTalk writes it: the id of a task is a number, and what there is not is left out. */
    private static String payload(SentEvent event) {
        return """
                {"EventType": "%s", "CorpId": "%s", "processInstanceId": "%s", "type": "%s"%s%s}
                """.formatted(
                        event.eventType(),
                        event.corpId(),
                        event.processInstanceId(),
                        event.type(),
                        event.taskId().isEmpty() ? "" : ", \"taskId\": " + event.taskId(),
                        event.eventId().isEmpty() ? "" : ", \"eventId\": \"" + event.eventId() + "\"");
    }
}
