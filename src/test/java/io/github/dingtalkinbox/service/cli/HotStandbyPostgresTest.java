package io.github.dingtalkinbox.service.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dingtalkinbox.service.audit.Report;
import io.github.dingtalkinbox.testing.History;
import io.github.dingtalkinbox.testing.RestartableServer;
import io.github.dingtalkinbox.testing.Roles;
import io.github.dingtalkinbox.testing.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Audits of a standby, which gives way to the primary at once. */
@TestInstance(Lifecycle.PER_CLASS)
class HotStandbyPostgresTest {
    private static final String QUICK =
            "select event_id, app, corp_id, event_type, handled_at, handling_time from inbox.handling_times";
    /** For as long as nobody cancels it. */
    private static final String SLOW = QUICK + " where (select true from pg_sleep(600))";

    private final RestartableServer primary;
    private final RestartableServer standby;
    private final TestDatabase database;
    private final TestDatabase copy;

    HotStandbyPostgresTest(@TempDir Path directory) throws Exception {
        this.primary = RestartableServer.start(
                directory.resolve("primary"), Map.of("max_standby_streaming_delay", "0", "lc_messages", "C"));
        this.database = primary.database();
        Roles.make(database);
        new History(database)
                .events(3, "check_in", 50)
                .duplicates(3, "check_in", Duration.ofSeconds(10))
                .accepted(3, "check_in")
                .queued(1, "check_in", "dead", 1);
        this.standby = primary.standby(directory.resolve("standby"));
        this.copy = standby.emptyDatabase();
    }

    @AfterAll
    void stop() throws Exception {
        copy.close();
        database.close();
        standby.close();
        primary.close();
    }

    @BeforeEach
    void quick() {
        view(QUICK);
        await().until(() -> isThere("select pg_is_in_recovery()"));
    }

    @Test
    void everyViewEveryReportAndTheChecksRunOnIt() {
        try (TestDatabase auditor = copy.as("inbox_auditor")) {
            List<String> views = auditor.jdbc()
                    .sql("select viewname from pg_views where schemaname = 'inbox' and viewname <> 'audit_payloads'")
                    .query(String.class)
                    .list();
            assertThat(views).hasSizeGreaterThan(10).allSatisfy(view -> assertThat(auditor.jdbc()
                            .sql("select count(*) from (select * from inbox." + view + " offset 0) v")
                            .query(Long.class)
                            .single())
                    .as(view)
                    .isNotNegative());
        }
        for (Report report : Report.all()) {
            assertThat(run("inbox_auditor", "report", report.name()))
                    .as(report.name())
                    .matches(ran -> ran.code() == 0 && ran.err().isEmpty());
        }
        Ran verified = run("inbox_payload_auditor", "verify");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        assertThat(verified.out()).contains("accepted_event_lost");
    }

    @Test
    void whatAConflictHasCancelledIsReadAgain() throws Exception {
        view(SLOW);

        Future<Ran> report = CompletableFuture.supplyAsync(() -> run("inbox_auditor", "report", "slow_handlers"));
        await().until(this::isReading);
        view(QUICK);

        assertThat(report.get()).matches(ran -> ran.code() == 0 && ran.err().isEmpty());
    }

    @Test
    void whatIsCancelledAgainAndAgainIsSaidInOneSentence() throws Exception {
        view(SLOW);

        Future<Ran> report = CompletableFuture.supplyAsync(() -> run("inbox_auditor", "report", "slow_handlers"));
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            if (isReading()) {
                view(SLOW);
            }
            return report.isDone();
        });

        assertThat(report.get().code()).isEqualTo(2);
        assertThat(report.get().err().lines().filter(line -> !line.isBlank()).toList())
                .satisfiesExactly(
                        line -> assertThat(line).contains("conflict with recovery", "max_standby_streaming_delay"),
                        line -> assertThat(line).startsWith("Try: "));
    }

    /** There when the standby has it, too. To replace a view needs its lock there: what reads it is in the way. */
    private void view(String definition) {
        database.jdbc()
                .sql("create or replace view inbox.audit_handling_times as " + definition)
                .update();
        String end = database.jdbc()
                .sql("select pg_current_wal_flush_lsn()::text")
                .query(String.class)
                .single();
        await().until(() -> isThere("select pg_last_wal_replay_lsn() >= '" + end + "'"));
    }

    private boolean isReading() {
        return isThere("select exists (select from pg_stat_activity where wait_event = 'PgSleep')");
    }

    private boolean isThere(String question) {
        return copy.jdbc().sql(question).query(Boolean.class).single();
    }

    private Ran run(String role, String... args) {
        try (TestDatabase login = copy.as(role)) {
            return Ran.on(
                    login, Stream.concat(Stream.of("audit"), Stream.of(args)).toArray(String[]::new));
        }
    }
}
