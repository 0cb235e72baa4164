package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.sql.SqlStates;
import io.github.dingtalkinbox.service.audit.Report;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.Postgres;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.BadSqlGrammarException;

/** Each command as the role that is made for it, in a database that was made as a DBA makes it. */
@Postgres(messagesInEnglish = true)
@TestInstance(Lifecycle.PER_CLASS)
class CommandRolesPostgresTest {
    private final TestDatabase beside;
    private final TestDatabase owner;
    private final History history;

    CommandRolesPostgresTest(TestDatabase beside) {
        this.beside = beside;
        this.owner = Roles.newDatabase(beside, "commands");
        this.history = new History(owner);
    }

    @BeforeEach
    void fill() {
        history.empty().events(40, "a", 10);
    }

    @AfterAll
    void drop() {
        Roles.drop(owner, beside);
    }

    @Test
    void auditorVerifiesAndAsksAllReports() {
        history.seal();
        Ran verified = run("inbox_auditor", "audit", "verify");
        assertThat(verified.code()).as(verified.err()).isZero();
        assertThat(verified.out()).contains("seals of the event log were not checked");
        for (Report report : Report.all()) {
            assertThat(run("inbox_auditor", "audit", "report", report.name()).code())
                    .as(report.name())
                    .isZero();
        }
    }

    @Test
    void migratorRestoresWhatTheCleanupArchivedAndTheAuditorsReadIt(@TempDir Path folder) throws IOException {
        assertThat(run("inbox_cleanup", "cleanup", "--inbox.retention.archive=" + folder)
                        .code())
                .isZero();
        assertThat(history.count("processed_events")).isZero();
        String file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow().toString();
        }

        Ran refused = run("inbox_app", "audit", "restore", file);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("This role may not create the tables: name inbox_migrator");

        for (int times = 0; times < 2; times++) {
            Ran restored = run("inbox_migrator", "audit", "restore", file);
            assertThat(restored.code()).as(restored.err()).isZero();
        }
        String masked = "select event_id, processed_at from inbox.restored_events";
        String payloads = "select payload from inbox.restored_events";
        assertThat(mayRun(masked)).containsExactly("inbox_migrator", "inbox_auditor", "inbox_payload_auditor");
        assertThat(mayRun(payloads)).containsExactly("inbox_migrator", "inbox_payload_auditor");
        assertThat(run("inbox_auditor", "audit", "verify").code()).isZero();
        Roles.runInDatabase(owner);
        assertThat(mayRun(masked)).as("run again").hasSize(3);
        restoreIntoAnotherDatabase(file);
    }

    /** Of somebody who has nothing but the archive. */
    private void restoreIntoAnotherDatabase(String file) {
        String name = beside.name() + "_other";
        beside.jdbc().sql("create database " + name + " template template0").update();
        try (TestDatabase other = beside.neighbour(name)) {
            Ran restored = Ran.on(other, "audit", "restore", file);
            assertThat(restored.out())
                    .contains(
                            "10 of them new in restored_events; complete, but cleanup_runs of this database does not");
        } finally {
            beside.jdbc().sql("drop database " + name + " with (force)").update();
        }
    }

    private List<String> mayRun(String query) {
        List<String> roles = new ArrayList<>();
        for (String role :
                List.of("inbox_migrator", "inbox_app", "inbox_cleanup", "inbox_auditor", "inbox_payload_auditor")) {
            try (TestDatabase database = owner.as(role)) {
                assertThat(database.jdbc().sql(query).query().listOfRows()).hasSize(10);
                roles.add(role);
            } catch (BadSqlGrammarException refused) {
                assertThat(SqlStates.isForbidden(refused)).isTrue();
            }
        }
        return roles;
    }

    private Ran run(String role, String... words) {
        try (TestDatabase login = owner.as(role)) {
            return Ran.on(login, words);
        }
    }
}
